import { div, exp, matmul, maximum, mul, sqrt, sum, type Tensor } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** eᵝ s · h / (|s| |h|): the angle alone; the learned β, an inverse temperature in log space, says how much it counts. */
export const cosine = defineScorer({
  name: "cosine",
  shapes: "b q d, b k d -> b q k",
  formula: "eᵝ s · h / (|s| |h|)",
  reference: "Graves et al. 2014, arXiv:1410.5401, eq. 5–6",
  // eᵝ = 10: a cosine alone, within ±1, could make no key weigh more than e² times another.
  params: () => ({ beta: { shape: [1], start: Math.log(10) } }),
  prepare: (_, keys) => unit(keys),
  score: ({ beta }, query, prepared) => matmul(mul(unit(query), exp(beta)), prepared, { transposeB: true }),
  samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 4, d: 4 }],
});

/** x / |x|; a vector shorter than 1e-4 counts less, and that of zeros, which has no direction, scores 0. */
function unit(x: Tensor): Tensor {
  return div(x, sqrt(maximum(sum(mul(x, x), { axis: -1, keepDims: true }), 1e-8)));
}
