import { matmul, mul, ShapeError } from "@heed/tensor";
import { splitHeads } from "../heads.js";
import { defineScorer } from "../scorer.js";

/** (W_q s)ᵢ · (W_k h)ᵢ / √(d/heads), for each head i: every head compares its own part of query and key. */
export const multiHead = defineScorer({
  name: "multi-head",
  aliases: ["multihead"],
  shapes: "b q dq, b k dk -> b h q k",
  formula: "(Wq s)ᵢ · (Wk h)ᵢ / √(d/heads), one score for each head i",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, §3.2.2",
  params: ({ dq, dk, d, heads }) => {
    if (d % heads === 0) return { Wq: [dq, d], Wk: [dk, d] };
    throw new ShapeError(
      `scorer multi-head: ${heads} heads do not divide the attention width ${d}; choose a number of heads that does.`,
    );
  },
  // The keys are scaled once a sentence, rather than the scores at each step.
  prepare: ({ Wk }, keys, { d, heads }) => splitHeads(mul(matmul(keys, Wk), 1 / Math.sqrt(d / heads)), heads),
  score: ({ Wq }, query, prepared, { sizes: { heads } }) =>
    matmul(splitHeads(matmul(query, Wq), heads), prepared, { transposeB: true }),
  samples: [
    { b: 2, q: 4, k: 5, dq: 7, dk: 6, d: 9, heads: 3 },
    { b: 1, q: 2, k: 3, dq: 2, dk: 4, d: 3, heads: 1 },
  ],
});
