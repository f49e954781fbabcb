import { matmul, ShapeError, slice } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/**
 * W s, one row a position: the query alone says where to look, whatever stands there. A sentence may have `maxKeys` keys
 * at most.
 */
export const location = defineScorer({
  name: "location",
  shapes: "b q dq, b k dk -> b q k",
  formula: "(W s)ⱼ",
  reference: "Luong et al. 2015, arXiv:1508.04025, eq. 8",
  positional: true,
  params: ({ dq, maxKeys }) => ({ W: [dq, maxKeys] }),
  prepare: (_, keys, { maxKeys }) => {
    const k = keys.shape[1]!;
    if (k > maxKeys) {
      throw new ShapeError(
        `scorer location: a sentence has ${k} keys, but maxKeys is ${maxKeys}; raise it, or shorten the sentence.`,
      );
    }
    return keys;
  },
  score: ({ W }, query, keys) => matmul(query, slice(W, { axis: 1, start: 0, end: keys.shape[1]! })),
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7, maxKeys: 6 },
    { b: 1, q: 1, k: 1, dq: 2, dk: 2, d: 2, maxKeys: 1 },
  ],
});
