import type { Operand } from "../backend.js";
import type { TensorData } from "../dtype.js";
import { IndexError } from "../errors.js";
import { type Shape, sizeOf, stridesOf } from "../shape.js";
import { type Allocator, valuesOf } from "./host-buffer.js";

export function gather(allocate: Allocator, x: Operand, indices: Operand, axis: number): TensorData {
  const values = valuesOf(x.buffer);
  const out = allocate(indices.buffer.size, x.dtype);
  forEachIndex("gather", indices, axis, x.shape[axis]!, (position, selected) => {
    out[position] = values[selected]!;
  });
  return out;
}

export function scatterAdd(allocate: Allocator, x: Operand, indices: Operand, axis: number, shape: Shape): TensorData {
  const values = valuesOf(x.buffer);
  const out = allocate(sizeOf(shape), "f32");
  forEachIndex("scatterAdd", indices, axis, shape[axis]!, (position, selected) => {
    out[selected]! += values[position]!;
  });
  return out;
}

/** Visits each index with its own place and the place it selects in a tensor of `length` along the axis. */
function forEachIndex(
  op: string,
  indices: Operand,
  axis: number,
  length: number,
  visit: (position: number, selected: number) => void,
): void {
  const ids = valuesOf(indices.buffer);
  const stride = stridesOf(indices.shape)[axis]!;
  const count = indices.shape[axis]!;
  for (let position = 0; position < ids.length; position++) {
    const id = ids[position]!;
    if (id < 0 || id >= length) {
      throw new IndexError(op, "indices", indices.shape, id, position, length);
    }
    const block = Math.floor(position / (stride * count));
    visit(position, (block * length + id) * stride + (position % stride));
  }
}
