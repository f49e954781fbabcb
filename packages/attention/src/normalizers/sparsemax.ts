import { sparsemax as sparsemaxOf } from "@heed/tensor";
import { defineNormalizer } from "../normalizer.js";

/** max(e − τ, 0), τ such that they sum to 1: low scores weigh exactly 0. */
export const sparsemax = defineNormalizer({
  name: "sparsemax",
  formula: "max(eⱼ − τ, 0), τ such that they sum to 1",
  reference: "Martins & Astudillo 2016, arXiv:1602.02068, eq. 2–3",
  normalize: (scores, mask) => sparsemaxOf(scores, mask),
});
