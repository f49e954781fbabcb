import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { formatShape, normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { pad } from "./pad.op.js";

/** The part `start ≤ i < end` of one axis. */
export interface SliceOptions {
  readonly axis: number;
  readonly start: number;
  /** By default the end of the axis. */
  readonly end?: number;
}

/**
 * The part `start ≤ i < end` of one axis.
 * @throws ShapeError when the part reaches beyond the axis
 */
export const slice: Op<[Tensor], SliceOptions> = primitive({
  name: "slice",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(4, 5)], params: { axis: 0, start: 1, end: 3 } },
    { label: "last axis", args: ({ randn }) => [randn(2, 3, 6)], params: { axis: -1, start: 2 } },
    { label: "middle axis", args: ({ randn }) => [randn(2, 5, 3)], params: { axis: 1, start: 2, end: 3 } },
  ],
  output: (options, x) => {
    const { axis, start, end } = extent(x, options);
    return { shape: x.shape.with(axis, end - start), dtype: x.dtype };
  },
  forward: (backend, spec, options, x) => {
    const { axis, start } = extent(x, options);
    return backend.slice(
      x,
      x.shape.map((_, i) => (i === axis ? start : 0)),
      spec.shape,
    );
  },
  vjp: ({ cotangent, inputs: [x], params }) => {
    const { axis, start, end } = extent(x, params);
    return pad(cotangent, { axis, before: start, after: x.shape[axis]! - end });
  },
});

function extent(x: Tensor, options: SliceOptions): { axis: number; start: number; end: number } {
  const axis = normalizeAxis("slice", options.axis, x.shape.length);
  const { start, end = x.shape[axis]! } = options;
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= x.shape[axis]!)) {
    throw new ShapeError(`slice: ${start} … ${end} is outside of axis ${options.axis} of ${formatShape(x.shape)}.`);
  }
  return { axis, start, end };
}
