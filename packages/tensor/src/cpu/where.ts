import type { Operand } from "../backend.js";
import type { TensorData } from "../dtype.js";
import { type Shape, sameShape, sizeOf } from "../shape.js";
import { type Allocator, valuesOf } from "./host-buffer.js";
import { expand } from "./layout.js";

export function where(allocate: Allocator, condition: Operand, a: Operand, b: Operand, shape: Shape): TensorData {
  const repeated = (x: Operand): TensorData =>
    sameShape(x.shape, shape) ? valuesOf(x.buffer) : expand(allocate, x, shape);
  const choices = repeated(condition);
  const left = repeated(a);
  const right = repeated(b);
  const out = allocate(sizeOf(shape), a.dtype);
  for (let i = 0; i < out.length; i++) out[i] = choices[i] ? left[i]! : right[i]!;
  return out;
}
