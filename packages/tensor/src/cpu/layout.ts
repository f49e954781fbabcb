import type { Operand } from "../backend.js";
import type { TensorData } from "../dtype.js";
import { broadcastStrides, type Shape, sizeOf, stridesOf } from "../shape.js";
import { type Allocator, valuesOf } from "./host-buffer.js";
import { forEachRow } from "./walk.js";

/** Copies what lies at `strides` from `offset` on into a new contiguous array. */
function copyStrided(
  allocate: Allocator,
  x: Operand,
  shape: Shape,
  strides: readonly number[],
  offset: number,
): TensorData {
  const values = valuesOf(x.buffer);
  const out = allocate(sizeOf(shape), x.dtype);
  const length = shape.at(-1) ?? 1;
  const step = strides.at(-1) ?? 0;
  forEachRow(shape, strides, strides, (start, from) => {
    for (let k = 0; k < length; k++) out[start + k] = values[offset + from + k * step]!;
  });
  return out;
}

export function expand(allocate: Allocator, x: Operand, shape: Shape): TensorData {
  return copyStrided(allocate, x, shape, broadcastStrides(x.shape, shape), 0);
}

export function transpose(allocate: Allocator, x: Operand, permutation: readonly number[]): TensorData {
  const strides = stridesOf(x.shape);
  return copyStrided(
    allocate,
    x,
    permutation.map((axis) => x.shape[axis]!),
    permutation.map((axis) => strides[axis]!),
    0,
  );
}

export function slice(allocate: Allocator, x: Operand, starts: readonly number[], shape: Shape): TensorData {
  const strides = stridesOf(x.shape);
  return copyStrided(allocate, x, shape, strides, offsetOf(starts, strides));
}

export function pad(
  allocate: Allocator,
  x: Operand,
  starts: readonly number[],
  shape: Shape,
  value: number,
): TensorData {
  const out = allocate(sizeOf(shape), x.dtype).fill(value);
  place(out, shape, x, starts);
  return out;
}

export function concat(allocate: Allocator, xs: readonly Operand[], axis: number, shape: Shape): TensorData {
  const out = allocate(sizeOf(shape), xs[0]!.dtype);
  const starts = shape.map(() => 0);
  for (const x of xs) {
    place(out, shape, x, starts);
    starts[axis]! += x.shape[axis]!;
  }
  return out;
}

/** Lays a block into a larger array, its first element at `starts`. */
function place(out: TensorData, shape: Shape, x: Operand, starts: readonly number[]): void {
  const values = valuesOf(x.buffer);
  const strides = stridesOf(shape);
  const offset = offsetOf(starts, strides);
  const length = x.shape.at(-1) ?? 1;
  forEachRow(x.shape, strides, strides, (from, to) => {
    for (let k = 0; k < length; k++) out[offset + to + k] = values[from + k]!;
  });
}

function offsetOf(starts: readonly number[], strides: readonly number[]): number {
  return starts.reduce((offset, start, axis) => offset + start * strides[axis]!, 0);
}
