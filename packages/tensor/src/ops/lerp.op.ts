import { composite } from "../composite.js";
import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { formatShape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { mul } from "./mul.op.js";
import { sub } from "./sub.op.js";

/**
 * Interpolates between two tensors: start + weight · (end − start). PyTorch: `lerp`.
 *
 * - `start`, `end` - `[...]`, alike; returns the same shape
 */
export const lerp: Op<[start: Tensor, end: Tensor], { readonly weight: number }> = composite({
  name: "lerp",
  inputs: ["start", "end"],
  options: { weight: "number" },
  dtypes: ["f32", "f32"],
  shapes: "..., ... -> ...",
  samples: [
    { args: ({ randn }) => [randn(3, 5), randn(3, 5)], params: { weight: 0.25 } },
    { label: "a small weight", args: ({ randn }) => [randn(7), randn(7)], params: { weight: 1e-3 } },
  ],
  check: (_options, start, end) => {
    if (sameShape(start.shape, end.shape)) return;
    throw new ShapeError(
      `lerp: end must have the shape of start, ${formatShape(start.shape)}, got ${formatShape(end.shape)}.`,
    );
  },
  compose: ({ weight }, start, end) => add(start, mul(sub(end, start), weight)),
});
