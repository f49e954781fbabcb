import { composite } from "../composite.js";
import { detach } from "../detach.js";
import type { Op } from "../op.js";
import { assertMaskFits } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { div } from "./div.op.js";
import { exp } from "./exp.op.js";
import { max } from "./max.op.js";
import { maximum } from "./maximum.op.js";
import { softmax } from "./softmax.op.js";
import { sub } from "./sub.op.js";
import { sum } from "./sum.op.js";
import { where } from "./where.op.js";

/**
 * Softmax over the last axis of the scores whose mask is true; the others weigh exactly 0. A row with nothing to attend
 * is all 0, never NaN, and passes no gradient. What a masked score is, even ∞ or NaN, does not matter. As in softmax, a row
 * is NaN where the largest of its other scores is ∞, −∞ or NaN.
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
    if (scores.size === 0) return scores;
    const options = { axis: -1, keepDims: true };
    const largest = detach(max(where(mask, scores, Number.NEGATIVE_INFINITY), options));
    const e = where(mask, exp(where(mask, sub(scores, largest), 0)), 0);
    // The sum is at least 1, or 0 in a row with nothing to attend.
    return where(mask, div(e, maximum(sum(e, options), 1)), 0);
  },
});
