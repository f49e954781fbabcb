import { maskedSoftmax } from "@heed/tensor";
import { defineNormalizer } from "../normalizer.js";

/** exp(e) / Σ exp(e): every key that may be attended gets some weight, and they sum to 1. */
export const softmax = defineNormalizer({
  name: "softmax",
  formula: "exp(eⱼ) / Σᵢ exp(eᵢ)",
  reference: "Bridle 1990",
  normalize: (scores, mask) => maskedSoftmax(scores, mask),
});
