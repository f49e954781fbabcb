import { HeedError } from "@heed/core";
import { type AccuracyOptions, compareSequences, type TokenSequence } from "./sequences.js";

/**
 * The share of reference tokens that the prediction has at the same position, over the whole corpus.
 *
 * `Σ_i Σ_t [prediction_i,t = reference_i,t] / Σ_i |reference_i|`
 *
 * A token that the prediction lacks is wrong; tokens beyond the reference's end do not count here (see
 * {@link sequenceAccuracy}).
 *
 * @param predictions - `n` sequences of ids or tokens, each of its own length
 * @param references - `n` sequences of ids or tokens
 * @returns a probability in [0, 1]
 * @throws HeedError where the counts differ, or where the references hold no token at all
 * @example
 * tokenAccuracy([["a", "b", "x"]], [["a", "b", "c", "d"]]); // 0.5
 * tokenAccuracy([[5, 6, 9, 9]], [[5, 6, 0, 0]], { lengths: [2] }); // 1: padded positions do not count
 */
export function tokenAccuracy(
  predictions: readonly TokenSequence[],
  references: readonly TokenSequence[],
  options: AccuracyOptions = {},
): number {
  let correct = 0;
  let total = 0;
  for (const comparison of compareSequences("tokenAccuracy", predictions, references, options)) {
    correct += comparison.correct;
    total += comparison.total;
  }
  if (total === 0) throw new HeedError("tokenAccuracy: the references hold no token, so there is nothing to measure.");
  return correct / total;
}
