import { additiveScores, matmul } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** vᵀ tanh(W s + U h): query and key are projected to a common space and added. */
export const additive = defineScorer({
  name: "additive",
  aliases: ["bahdanau", "mlp"],
  shapes: "b q dq, b k dk -> b q k",
  formula: "vᵀ tanh(W s + U h)",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473, App. A.1.2",
  params: ({ dq, dk, d }) => ({ W: [dq, d], U: [dk, d], v: [d] }),
  prepare: ({ U }, keys) => matmul(keys, U),
  score: ({ W, v }, query, prepared) => additiveScores(matmul(query, W), prepared, v),
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 },
    { b: 1, q: 1, k: 1, dq: 2, dk: 2, d: 3 },
  ],
});
