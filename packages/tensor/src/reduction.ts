import { ShapeError } from "./errors.js";
import type { TensorSpec } from "./primitive.js";
import { formatShape, normalizeAxes, normalizeAxis, type Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Which axes to fold away, by default all, and whether they stay with size 1. */
export interface ReductionOptions {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** The axes to fold, ascending. */
export function reducedAxes(op: string, x: Tensor, { axis }: ReductionOptions): number[] {
  if (axis === undefined) return x.shape.map((_, i) => i);
  const rank = x.shape.length;
  if (typeof axis === "number") return [normalizeAxis(op, axis, rank)];
  return normalizeAxes(op, axis, rank).sort((a, b) => a - b);
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

/**
 * Checks that there is an entry to choose, for operations without a value for none.
 * @throws ShapeError when a reduced axis is empty
 */
export function assertEntries(
  op: string,
  x: Tensor,
  { axis }: { readonly axis?: ReductionOptions["axis"] | undefined },
): void {
  if (x.size > 0) return;
  const axes = reducedAxes(op, x, axis === undefined ? {} : { axis });
  const empty = axes.find((axis) => x.shape[axis] === 0);
  if (empty === undefined) return;
  throw new ShapeError(
    `${op}: expected at least one entry, got x ${formatShape(x.shape)}, whose axis ${empty} is empty. Choose another axis, or leave out empty tensors.`,
  );
}
