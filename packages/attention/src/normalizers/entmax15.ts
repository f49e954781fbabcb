import { entmax15 as entmax15Of } from "@heed/tensor";
import { defineNormalizer } from "../normalizer.js";

/** max(e/2 − τ, 0)², τ such that they sum to 1: halfway between softmax and sparsemax. */
export const entmax15 = defineNormalizer({
  name: "entmax15",
  formula: "max(eⱼ/2 − τ, 0)², τ such that they sum to 1",
  reference: "Peters et al. 2019, arXiv:1905.05702, alg. 2",
  normalize: (scores, mask) => entmax15Of(scores, mask),
});
