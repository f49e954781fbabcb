import { additiveScores, matmul, slice, type Tensor } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** vᵀ tanh(W [s; h]): additive scores with one matrix for query and key together. */
export const concat = defineScorer({
  name: "concat",
  shapes: "b q dq, b k dk -> b q k",
  formula: "vᵀ tanh(W [s; h])",
  reference: "Luong et al. 2015, arXiv:1508.04025, §3.1",
  params: ({ dq, dk, d }) => ({ W: [dq + dk, d], v: [d] }),
  // W [s; h] = W₁ s + W₂ h, so the concatenation [s; h] is never built.
  prepare: ({ W }, keys, { dq }) => matmul(keys, slice(W, { axis: 0, start: dq })),
  score: ({ W, v }, query, prepared) => additiveScores(matmul(query, upper(W, query)), prepared, v),
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 },
    { b: 1, q: 1, k: 1, dq: 2, dk: 2, d: 3 },
  ],
});

/** The rows of W that are multiplied by the query. */
function upper(W: Tensor, query: Tensor): Tensor {
  return slice(W, { axis: 0, start: 0, end: query.shape.at(-1)! });
}
