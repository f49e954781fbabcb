import { HeedError } from "@heed/core";
import { type AccuracyOptions, compareSequences, type TokenSequence } from "./sequences.js";

/**
 * The share of sequences that are right as a whole: every token, and neither one too few nor one too many.
 *
 * `Σ_i [prediction_i = reference_i] / n`
 *
 * @param predictions - `n` sequences of ids or tokens, each of its own length
 * @param references - `n` sequences of ids or tokens
 * @returns a probability in [0, 1]
 * @throws HeedError where the counts differ, or where there is no sequence
 * @example
 * sequenceAccuracy([["a", "b"], ["c", "d"]], [["a", "b"], ["c"]]); // 0.5: "d" is one token too many
 */
export function sequenceAccuracy(
  predictions: readonly TokenSequence[],
  references: readonly TokenSequence[],
  options: AccuracyOptions = {},
): number {
  const comparisons = compareSequences("sequenceAccuracy", predictions, references, options);
  if (comparisons.length === 0) throw new HeedError("sequenceAccuracy: there is no sequence to measure.");
  return comparisons.filter((comparison) => comparison.exact).length / comparisons.length;
}
