import { matmul, mul } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** s · h / √d: the dot product, kept at unit variance whatever the width. */
export const scaledDot = defineScorer({
  name: "scaled-dot",
  aliases: ["scaled", "vaswani"],
  shapes: "b q d, b k d -> b q k",
  formula: "s · h / √d",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, eq. 1",
  // The keys are scaled once a sentence, rather than the scores at each step.
  prepare: (_, keys) => mul(keys, 1 / Math.sqrt(keys.shape.at(-1)!)),
  score: (_, query, keys) => matmul(query, keys, { transposeB: true }),
  samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 4, d: 4 }],
});
