import { matmul } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** s · h: no parameters; query and key have the same width. */
export const dot = defineScorer({
  name: "dot",
  shapes: "b q d, b k d -> b q k",
  formula: "s · h",
  reference: "Luong et al. 2015, arXiv:1508.04025, §3.1",
  score: (_, query, keys) => matmul(query, keys, { transposeB: true }),
  samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 4, d: 4 }],
});
