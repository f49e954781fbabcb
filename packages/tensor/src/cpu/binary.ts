import type { BinaryKernel, Operand } from "../backend.js";
import type { DType, TensorData } from "../dtype.js";
import { isComparison } from "../operand.js";
import { broadcastStrides, type Shape, sameShape, sizeOf } from "../shape.js";
import { type Allocator, valuesOf } from "./host-buffer.js";
import { expand } from "./layout.js";
import { forEachRow } from "./walk.js";

const definitions: Readonly<Record<BinaryKernel, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow,
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  equal: (a, b) => (a === b ? 1 : 0),
  notEqual: (a, b) => (a !== b ? 1 : 0),
  less: (a, b) => (a < b ? 1 : 0),
  lessEqual: (a, b) => (a <= b ? 1 : 0),
  greater: (a, b) => (a > b ? 1 : 0),
  greaterEqual: (a, b) => (a >= b ? 1 : 0),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
};

/** aᵇ as IEEE 754 has it: JavaScript alone gives NaN for 1 to the power of ±∞ or NaN, and for −1 to the power of ±∞. */
function pow(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
}

export function binary(
  kernel: BinaryKernel,
  allocate: Allocator,
  a: Operand,
  b: Operand,
  shape: Shape,
): { values: TensorData; dtype: DType } {
  // The product of two i32 needs up to 62 bits, and a number holds 53.
  const define = kernel === "mul" && a.dtype === "i32" ? Math.imul : definitions[kernel];
  const dtype = isComparison(kernel) ? "bool" : a.dtype;
  const out = allocate(sizeOf(shape), dtype);
  const left = valuesOf(a.buffer);
  const right = valuesOf(b.buffer);
  const stridesA = broadcastStrides(a.shape, shape);
  const stridesB = broadcastStrides(b.shape, shape);
  const length = shape.at(-1) ?? 1;
  const stepA = stridesA.at(-1) ?? 0;
  const stepB = stridesB.at(-1) ?? 0;
  forEachRow(shape, stridesA, stridesB, (start, i, j) => {
    for (let k = 0; k < length; k++) out[start + k] = define(left[i + k * stepA]!, right[j + k * stepB]!);
  });
  return { values: out, dtype };
}

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
