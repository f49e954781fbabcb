import { add, additiveScores, matmul, mul } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** vᵀ tanh(W s + U h + w c + b): additive scores that also see c, how much of each key was attended so far. */
export const coverage = defineScorer({
  name: "coverage",
  shapes: "b q dq, b k dk -> b q k",
  formula: "vᵀ tanh(W s + U h + w c + b), c = Σ α of the queries before",
  reference: "See et al. 2017, arXiv:1704.04368, eq. 10–11; Tu et al. 2016, arXiv:1601.04811",
  params: ({ dq, dk, d }) => ({ W: [dq, d], U: [dk, d], w: [d], b: [d], v: [d] }),
  prepare: ({ U, b }, keys) => add(matmul(keys, U), b),
  remember: (memory, weights) => add(memory, weights),
  score: ({ W, w, v }, query, prepared, { memory }) => {
    const covered = mul(memory.reshape(memory.shape[0]!, -1, 1), w); // b k d
    return additiveScores(matmul(query, W), add(prepared, covered), v);
  },
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 },
    { b: 1, q: 2, k: 1, dq: 2, dk: 3, d: 2 },
  ],
});
