import { abs, lessEqual, matmul, minimum, sub } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/**
 * sᵀ W h within `radius` steps of the query's own position t: source and target are taken to run side by side. Behind the
 * end of the sentence the window stays at its last key, so that there is always something to attend.
 */
export const localM = defineScorer({
  name: "local-m",
  aliases: ["local-monotonic"],
  shapes: "b q dq, b k dk -> b q k",
  formula: "sᵀ W h where |j − t| ≤ radius",
  reference: "Luong et al. 2015, arXiv:1508.04025, §3.2",
  positional: true,
  params: ({ dq, dk }) => ({ W: [dq, dk] }),
  prepare: ({ W }, keys) => matmul(keys, W, { transposeB: true }),
  score: (_, query, prepared, { positions, sizes: { radius } }) => {
    const centre = minimum(positions.query, sub(positions.lengths, 1)); // b q 1
    return {
      scores: matmul(query, prepared, { transposeB: true }),
      window: lessEqual(abs(sub(positions.key, centre)), radius),
    };
  },
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7, radius: 1 },
    { b: 1, q: 4, k: 2, dq: 2, dk: 3, d: 2, radius: 1 },
  ],
});
