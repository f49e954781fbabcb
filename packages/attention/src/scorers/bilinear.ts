import { matmul, pad, type Tensor } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/**
 * sᵀ A h + u · s + w · h + c, as one matrix W = [A u; wᵀ c] between [s; 1] and [h; 1]: w says how much a key is worth
 * attending whatever the query. u and c move all scores of a query alike, which only a normaliser like sigmoid notices.
 */
export const bilinear = defineScorer({
  name: "bilinear",
  aliases: ["biaffine"],
  shapes: "b q dq, b k dk -> b q k",
  formula: "[s; 1]ᵀ W [h; 1]",
  reference: "Dozat & Manning 2017, arXiv:1611.01734, §3.1",
  params: ({ dq, dk }) => ({ W: [dq + 1, dk + 1] }),
  prepare: ({ W }, keys) => matmul(withOne(keys), W, { transposeB: true }),
  score: (_, query, prepared) => matmul(withOne(query), prepared, { transposeB: true }),
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 },
    { b: 1, q: 1, k: 1, dq: 2, dk: 3, d: 2 },
  ],
});

/** [x; 1], over the last axis. */
function withOne(x: Tensor): Tensor {
  return pad(x, { axis: -1, after: 1, value: 1 });
}
