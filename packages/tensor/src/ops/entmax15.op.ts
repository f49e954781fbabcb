import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertDType, assertMaskFits } from "../rules.js";
import { belowLargest, outsideSupport } from "../sparse-weights.js";
import type { Tensor } from "../tensor.js";
import { div } from "./div.op.js";
import { mul } from "./mul.op.js";
import { sqrt } from "./sqrt.op.js";
import { sub } from "./sub.op.js";
import { sum } from "./sum.op.js";
import { where } from "./where.op.js";

/**
 * 1.5-entmax, halfway between softmax and sparsemax: max(z/2 − τ, 0)² over the last axis, τ such that it sums to 1. Low
 * scores weigh exactly 0. With S the entries above τ, τ = mean_S(z/2) − √((1 − Σ_S (z/2 − mean_S)²) / |S|), and with
 * u = √weights the gradient of g is u ⊙ (g − Σ u g / Σ u). The composition takes memory for k² numbers a row.
 *
 * Masked scores weigh exactly 0. A row with nothing to attend is all 0, never NaN, and passes no gradient.
 *
 * - `scores` - `[..., k]`
 * - `mask` - bool, broadcastable to the scores; true = may attend
 */
export const entmax15: Op<[scores: Tensor, mask: Tensor | null]> = composite({
  name: "entmax15",
  inputs: ["scores", "mask?"],
  shapes: "... k, ... -> ... k",
  reference: "Peters, Niculae & Martins 2019, arXiv:1905.05702, alg. 2",
  samples: [
    { args: ({ randn, mask }) => [randn(2, 3, 5), mask(2, 1, 5)] },
    { label: "no mask", args: ({ randn }) => [randn(3, 7), null] },
    { label: "many alike", args: ({ randn }) => [mul(randn(2, 23), 0.05), null] },
    { label: "far apart", args: ({ randn, mask }) => [mul(randn(3, 6), 1e4), mask(3, 6)] },
    { label: "one key", args: ({ randn }) => [randn(3, 1), null] },
    { label: "nothing to attend", args: ({ randn, nothing }) => [randn(2, 3, 4), nothing(2, 3, 4)] },
  ],
  check: (_params, scores, mask) => {
    assertDType("entmax15", "scores", scores, "f32");
    assertMaskFits("entmax15", mask, scores.shape);
  },
  compose: (_params, scores, mask) => {
    if (scores.size === 0) return scores;
    const z = belowLargest(mul(scores, 0.5), mask);
    const outside = outsideSupport(z, 2);
    const size = sum(where(outside, 0, 1), { axis: -1, keepDims: true }); // … 1
    const mean = div(sum(where(outside, 0, z), { axis: -1, keepDims: true }), size);
    const centred = where(outside, 0, sub(z, mean));
    const spread = sum(mul(centred, centred), { axis: -1, keepDims: true });
    // Never the root of 0: it is the mean of z − τ over S, whose squares sum to 1, so at least 1 / |S|.
    const threshold = sub(mean, sqrt(div(sub(1, spread), size)));
    const root = where(outside, 0, sub(z, threshold));
    const weights = mul(root, root);
    return mask ? where(mask, weights, 0) : weights;
  },
});
