import type { TensorSpec } from "./primitive.js";
import { normalizeAxis, type Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Which axes to fold away, by default all, and whether they stay with size 1. */
export interface ReductionOptions {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** The axes to fold, ascending. */
export function reducedAxes(op: string, x: Tensor, { axis }: ReductionOptions): number[] {
  if (axis === undefined) return x.shape.map((_, i) => i);
  const axes = (typeof axis === "number" ? [axis] : axis).map((entry) => normalizeAxis(op, entry, x.shape.length));
  return [...new Set(axes)].sort((a, b) => a - b);
}

/** The shape with the folded axes kept at size 1. */
export function keptShape(op: string, x: Tensor, options: ReductionOptions): Shape {
  const axes = reducedAxes(op, x, options);
  return x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
}

/** Shape and dtype of a reduction. */
export function reductionSpec(op: string, x: Tensor, options: ReductionOptions, dtype = x.dtype): TensorSpec {
  const axes = reducedAxes(op, x, options);
  const kept = keptShape(op, x, options);
  return { shape: options.keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis)), dtype };
}
