import { matmul } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** sᵀ W h: a learned matrix says which features of query and key belong together. */
export const general = defineScorer({
  name: "general",
  aliases: ["luong", "multiplicative"],
  shapes: "b q dq, b k dk -> b q k",
  formula: "sᵀ W h",
  reference: "Luong et al. 2015, arXiv:1508.04025, §3.1",
  params: ({ dq, dk }) => ({ W: [dq, dk] }),
  prepare: ({ W }, keys) => matmul(keys, W, { transposeB: true }),
  score: (_, query, prepared) => matmul(query, prepared, { transposeB: true }),
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 },
    { b: 1, q: 1, k: 1, dq: 2, dk: 3, d: 2 },
  ],
});
