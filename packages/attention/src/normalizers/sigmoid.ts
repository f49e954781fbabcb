import { full, log, maskedSigmoid, maximum, sub, sum, type Tensor, where } from "@heed/tensor";
import { defineNormalizer } from "../normalizer.js";

/**
 * sigmoid(e − log n), n being how many keys may be attended: each weight for itself, so that none is taken from another.
 *
 * With log n the weights sum to about 1 as long as scores are near 0, as they are when training starts; plain sigmoid would
 * make the context grow with the length of the sentence. Only keys that may be attended are counted: padding changes nothing.
 */
export const sigmoid = defineNormalizer({
  name: "sigmoid",
  formula: "1 / (1 + n exp(−eⱼ)), n keys that may be attended",
  reference: "Ramapuram et al. 2024, arXiv:2409.04431, §2",
  sumsToOne: false,
  normalize: (scores, mask) => maskedSigmoid(sub(scores, logCount(scores, mask)), mask),
});

/** log n, broadcastable to the scores; a row with nothing to attend counts as one key, so that it stays finite. */
function logCount(scores: Tensor, mask: Tensor | null): Tensor | number {
  const k = scores.shape.at(-1)!;
  if (!mask) return Math.log(k);
  const counted = where(mask, full([k], 1, "f32", scores.backend), 0); // … k, also where the mask says 1 for all keys
  return log(maximum(sum(counted, { axis: -1, keepDims: true }), 1));
}
