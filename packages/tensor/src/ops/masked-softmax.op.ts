import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertMaskFits } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { softmax } from "./softmax.op.js";
import { where } from "./where.op.js";

/**
 * Softmax over the last axis of the scores whose mask is true; the others weigh exactly 0. A row with nothing to attend
 * is all 0, never NaN, and passes no gradient.
 *
 * - `scores` - `[..., k]`
 * - `mask` - bool, broadcastable to the scores; true = may attend
 */
export const maskedSoftmax: Op<[scores: Tensor, mask: Tensor | null]> = composite({
  name: "maskedSoftmax",
  inputs: ["scores", "mask?"],
  dtypes: ["f32", null],
  shapes: "... k, ... -> ... k",
  samples: [
    { args: ({ randn, mask }) => [randn(2, 3, 5), mask(2, 1, 5)] },
    { label: "no mask", args: ({ randn }) => [randn(2, 5), null] },
    { label: "nothing to attend", args: ({ randn, nothing }) => [randn(2, 3, 4), nothing(2, 3, 4)] },
  ],
  check: (_params, scores, mask) => assertMaskFits("maskedSoftmax", mask, scores.shape),
  compose: (_params, scores, mask) => {
    if (!mask) return softmax(scores, { axis: -1 });
    // Finite, so that a row without any true entry stays finite, too.
    const weights = softmax(where(mask, scores, -1e30), { axis: -1 });
    return where(mask, weights, 0);
  },
});
