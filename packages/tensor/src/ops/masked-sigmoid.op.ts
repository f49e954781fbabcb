import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertMaskFits } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { sigmoid } from "./sigmoid.op.js";
import { where } from "./where.op.js";

/**
 * 1 / (1 + e⁻ᶻ) of the scores whose mask is true, exactly 0 of the others: each weight for itself, they need not sum to 1.
 *
 * - `scores` - `[..., k]`
 * - `mask` - bool, broadcastable to the scores; true = may attend
 */
export const maskedSigmoid: Op<[scores: Tensor, mask: Tensor | null]> = composite({
  name: "maskedSigmoid",
  inputs: ["scores", "mask?"],
  dtypes: ["f32", null],
  shapes: "... k, ... -> ... k",
  samples: [
    { args: ({ randn, mask }) => [randn(2, 3, 5), mask(2, 1, 5)] },
    { label: "no mask", args: ({ randn }) => [randn(2, 5), null] },
    { label: "nothing to attend", args: ({ randn, nothing }) => [randn(2, 3, 4), nothing(2, 3, 4)] },
  ],
  check: (_params, scores, mask) => assertMaskFits("maskedSigmoid", mask, scores.shape),
  compose: (_params, scores, mask) => {
    // What a masked score is, even NaN, does not matter, neither forward nor backward.
    return mask ? where(mask, sigmoid(where(mask, scores, 0)), 0) : sigmoid(scores);
  },
});
