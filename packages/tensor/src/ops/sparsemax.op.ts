import { composite } from "../composite.js";
import { detach } from "../detach.js";
import type { Op } from "../op.js";
import { assertDType, assertMaskFits } from "../rules.js";
import { belowLargest, outsideSupport } from "../sparse-weights.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { div } from "./div.op.js";
import { mul } from "./mul.op.js";
import { neg } from "./neg.op.js";
import { relu } from "./relu.op.js";
import { sub } from "./sub.op.js";
import { sum } from "./sum.op.js";
import { where } from "./where.op.js";

/**
 * max(z − τ, 0) over the last axis, τ such that it sums to 1: the point of the probability simplex nearest to the scores.
 * Low scores weigh exactly 0. With S the entries above τ, τ = (Σ_S z − 1) / |S|, and the gradient of g is
 * g − mean_S(g) on S, 0 elsewhere. The composition takes memory for k² numbers a row.
 *
 * Masked scores weigh exactly 0. A row with nothing to attend is all 0, never NaN, and passes no gradient.
 *
 * - `scores` - `[..., k]`
 * - `mask` - bool, broadcastable to the scores; true = may attend
 */
export const sparsemax: Op<[scores: Tensor, mask: Tensor | null]> = composite({
  name: "sparsemax",
  inputs: ["scores", "mask?"],
  shapes: "... k, ... -> ... k",
  reference: "Martins & Astudillo 2016, arXiv:1602.02068, eq. 2–3, alg. 1",
  samples: [
    { args: ({ randn, mask }) => [randn(2, 3, 5), mask(2, 1, 5)] },
    { label: "no mask", args: ({ randn }) => [randn(3, 7), null] },
    { label: "many alike", args: ({ randn }) => [mul(randn(2, 23), 0.05), null] },
    { label: "far apart", args: ({ randn, mask }) => [mul(randn(3, 6), 1e4), mask(3, 6)] },
    { label: "one key", args: ({ randn }) => [randn(3, 1), null] },
    { label: "nothing to attend", args: ({ randn, nothing }) => [randn(2, 3, 4), nothing(2, 3, 4)] },
  ],
  check: (_params, scores, mask) => {
    assertDType("sparsemax", "scores", scores, "f32");
    assertMaskFits("sparsemax", mask, scores.shape);
  },
  compose: (_params, scores, mask) => {
    if (scores.size === 0) return scores;
    const z = belowLargest(scores, mask);
    const outside = outsideSupport(z, 1);
    const size = sum(where(outside, 0, 1), { axis: -1, keepDims: true }); // … 1
    const threshold = div(sub(sum(where(outside, 0, z), { axis: -1, keepDims: true }), 1), size);
    const above = where(outside, 0, sub(z, threshold));
    // Rounding may leave an entry at τ a little below 0. Lifted, and not cut off, it still has the gradient of S.
    const weights = add(above, detach(relu(neg(above))));
    return mask ? where(mask, weights, 0) : weights;
  },
});
