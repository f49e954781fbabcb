import { add, additiveScores, concat, matmul, pad, slice, type Tensor } from "@heed/tensor";
import { defineScorer } from "../scorer.js";

/** As many filters as in the paper. */
const filters = 10;

/**
 * vᵀ tanh(W s + U h + V f + b): additive scores that also see, in f, where the query before looked: its weights around
 * the key, `radius` steps to both sides, passed through ten filters. Before the first query, f is 0.
 */
export const locationSensitive = defineScorer({
  name: "location-sensitive",
  aliases: ["chorowski"],
  shapes: "b q dq, b k dk -> b q k",
  formula: "vᵀ tanh(W s + U h + V f + b), f = F ∗ αₜ₋₁",
  reference: "Chorowski et al. 2015, arXiv:1506.07503, eq. 8–9",
  // Neighbours count: it is not all the same in which order the keys stand.
  positional: true,
  params: ({ dq, dk, d, radius }) => ({
    W: [dq, d],
    U: [dk, d],
    F: [2 * Math.floor(radius) + 1, filters],
    V: [filters, d],
    b: [d],
    v: [d],
  }),
  prepare: ({ U, b }, keys) => add(matmul(keys, U), b),
  remember: (_, weights) => weights,
  score: ({ W, F, V, v }, query, prepared, { memory }) => {
    const features = matmul(neighbours(memory, F.shape[0]!), F, { transposeA: true }); // b k filters
    return additiveScores(matmul(query, W), add(prepared, matmul(features, V)), v);
  },
  samples: [
    { b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7, radius: 1 },
    { b: 1, q: 2, k: 1, dq: 2, dk: 3, d: 2, radius: 2 },
  ],
});

/** What stands around each key, itself in the middle and 0 beyond the ends: `[b, 1, k]` becomes `[b, width, k]`. */
function neighbours(weights: Tensor, width: number): Tensor {
  const [reach, k] = [(width - 1) / 2, weights.shape[2]!];
  const padded = pad(weights, { axis: 2, before: reach, after: reach });
  const shifted = Array.from({ length: width }, (_, i) => slice(padded, { axis: 2, start: i, end: i + k }));
  return concat(shifted, { axis: 1 });
}
