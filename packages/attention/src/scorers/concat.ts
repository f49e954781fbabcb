import { additiveGru, additiveScores, matmul, slice, type Tensor } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** vᵀ tanh(W [s; h]): additive scores with one matrix, which meets both at once. */
export const concat = defineScorer({
  name: "concat",
  shapes: "b q dq, b k dk -> b q k",
  formula: "vᵀ tanh(W [s; h])",
  reference: "Luong et al. 2015, arXiv:1508.04025, §3.1",
  params: ({ dq, dk, d }) => ({ W: [dq + dk, d], v: [d] }),
  // W [s; h] = W₁ s + W₂ h: no pair of a query and a key is ever put side by side.
  prepare: ({ W }, keys, { dq }) => matmul(keys, slice(W, { axis: 0, start: dq })),
  score: ({ W, v }, query, prepared) => additiveScores(matmul(query, upper(W, query)), prepared, v),
  decodeGru: ({ W, v }, { tokenGates, hidden, prepared, values, mask, contextWeight, weightHh, biasHh }) =>
    additiveGru(tokenGates, hidden, prepared, values, mask, upper(W, hidden), v, contextWeight, weightHh, biasHh),
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 },
    { b: 1, q: 1, k: 1, dq: 2, dk: 2, d: 3 },
  ],
});

/** The rows of W that meet the query. */
function upper(W: Tensor, query: Tensor): Tensor {
  return slice(W, { axis: 0, start: 0, end: query.shape.at(-1)! });
}
