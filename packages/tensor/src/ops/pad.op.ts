import { DTypeError, ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { slice } from "./slice.op.js";

/** How many entries to add at the two ends of one axis, and their value. */
export interface PadOptions {
  readonly axis: number;
  readonly before?: number;
  readonly after?: number;
  readonly value?: number;
}

/**
 * Adds entries of `value` (by default 0) at the ends of one axis.
 *
 * - `x` - `[..., n, ...]`; returns `[..., before + n + after, ...]`
 */
export const pad: Op<[x: Tensor], PadOptions> = primitive({
  name: "pad",
  inputs: ["x"],
  options: { axis: "integer", "before?": "integer", "after?": "integer", "value?": "value" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)], params: { axis: 0, before: 1, after: 2 } },
    { label: "value", args: ({ randn }) => [randn(2, 3, 2)], params: { axis: 1, after: 1, value: -7 } },
  ],
  output: ({ axis, before = 0, after = 0, value = 0 }, x) => {
    if (x.dtype !== "f32" && !Number.isInteger(value))
      throw new DTypeError(`pad: ${value} does not fit into ${x.dtype}.`);
    if (![before, after].every((count) => Number.isInteger(count) && count >= 0))
      throw new ShapeError(`pad: before (${before}) and after (${after}) must be whole numbers ≥ 0.`);
    const position = normalizeAxis("pad", axis, x.shape.length);
    return { shape: x.shape.with(position, before + x.shape[position]! + after), dtype: x.dtype };
  },
  forward: (backend, spec, { axis, before = 0, value = 0 }, x) => {
    const position = normalizeAxis("pad", axis, x.shape.length);
    return backend.pad(
      x,
      x.shape.map((_, i) => (i === position ? before : 0)),
      spec.shape,
      value,
    );
  },
  vjp: ({ cotangent, inputs: [x], params: { axis, before = 0 } }) =>
    slice(cotangent, { axis, start: before, end: before + x.shape[normalizeAxis("pad", axis, x.shape.length)]! }),
});
