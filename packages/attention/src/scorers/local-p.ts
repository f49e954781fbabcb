import { abs, lessEqual, matmul, minimum, mul, sigmoid, sub, tanh } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/**
 * sᵀ W h within `radius` steps of a position p = S sigmoid(vᵀ tanh(U s)) that the query predicts, S being the length of the
 * sentence. Keys count by a Gaussian around p with σ = radius / 2, through which p learns.
 *
 * The Gaussian is added in log space, so that normalised weights sum to 1; the paper multiplies the weights by it instead,
 * and they sum to less. The window lies around p or the last key, whichever is first, and reaches half a step at least,
 * so that there is always something to attend.
 */
export const localP = defineScorer({
  name: "local-p",
  aliases: ["local-predictive"],
  shapes: "b q dq, b k dk -> b q k",
  formula: "sᵀ W h − (j − p)² / 2σ² where |j − p| ≤ radius, p = S sigmoid(vᵀ tanh(U s)), σ = radius / 2",
  reference: "Luong et al. 2015, arXiv:1508.04025, eq. 9–10",
  positional: true,
  params: ({ dq, dk, d }) => ({ W: [dq, dk], U: [dq, d], v: [d, 1] }),
  prepare: ({ W }, keys) => matmul(keys, W, { transposeB: true }),
  score: ({ U, v }, query, prepared, { positions: { key, lengths }, sizes: { radius } }) => {
    const p = mul(lengths, sigmoid(matmul(tanh(matmul(query, U)), v))); // b q 1
    const distance = sub(key, p); // b q k
    const centre = minimum(p, sub(lengths, 1));
    return {
      scores: sub(matmul(query, prepared, { transposeB: true }), mul(mul(distance, distance), 2 / (radius * radius))),
      window: lessEqual(abs(sub(key, centre)), Math.max(radius, 0.5)),
    };
  },
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7, radius: 2 },
    { b: 1, q: 2, k: 3, dq: 2, dk: 3, d: 2, radius: 1 },
  ],
});
