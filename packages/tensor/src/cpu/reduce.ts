import type { Operand, ReduceKernel } from "../backend.js";
import type { DType, TensorData } from "../dtype.js";
import { broadcastStrides, type Shape, sizeOf, stridesOf } from "../shape.js";
import { type Allocator, valuesOf } from "./host-buffer.js";
import { forEachRow } from "./walk.js";

const definitions: Readonly<Record<ReduceKernel, { start: number; fold: (a: number, b: number) => number }>> = {
  sum: { start: 0, fold: (a, b) => a + b },
  max: { start: Number.NEGATIVE_INFINITY, fold: (a, b) => Math.max(a, b) },
  min: { start: Number.POSITIVE_INFINITY, fold: (a, b) => Math.min(a, b) },
};

export function reduce(
  kernel: ReduceKernel,
  allocate: Allocator,
  x: Operand,
  axes: readonly number[],
  dtype: DType,
): TensorData {
  const { start, fold } = definitions[kernel];
  const values = valuesOf(x.buffer);
  const kept: Shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  // Folded in f64, and rounded once at the end.
  const totals = new Float64Array(sizeOf(kept)).fill(start);
  const strides = broadcastStrides(kept, x.shape);
  const length = x.shape.at(-1) ?? 1;
  const step = strides.at(-1) ?? 0;
  forEachRow(x.shape, strides, strides, (from, to) => {
    for (let k = 0; k < length; k++) totals[to + k * step] = fold(totals[to + k * step]!, values[from + k]!);
  });
  const out = allocate(totals.length, dtype);
  out.set(totals);
  return out;
}

export function argmax(allocate: Allocator, x: Operand, axis: number): TensorData {
  const values = valuesOf(x.buffer);
  const stride = stridesOf(x.shape)[axis]!;
  const length = x.shape[axis]!;
  const out = allocate(sizeOf(x.shape.toSpliced(axis, 1)), "i32");
  for (let i = 0; i < out.length; i++) {
    const start = Math.floor(i / stride) * stride * length + (i % stride);
    let best = 0;
    let largest = values[start]!;
    for (let k = 1; k < length; k++) {
      const value = values[start + k * stride]!;
      // NaN is larger than all numbers, so that the first one counts.
      if (!(value > largest || (Number.isNaN(value) && !Number.isNaN(largest)))) continue;
      largest = value;
      best = k;
    }
    out[i] = best;
  }
  return out;
}
