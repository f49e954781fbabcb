import type { Batch } from "../batch.js";
import type { Seq2SeqModel } from "../models/seq2seq-model.js";
import type { ScoredSentence } from "./score-batch.js";

/**
 * Computes how probable given target sentences are (forced decoding). For a hypothesis of a search it returns the
 * log-probabilities of the search, up to rounding. The first call loads its code.
 *
 * @param models - one model, or several whose probabilities are averaged at each token
 * @returns one result for each sentence
 * @throws HeedError when the target vocabularies differ
 * @example
 * const [first] = await score(model, uploadBatch(arrays));
 * console.log(first.logProb / first.logProbs.length); // −cross-entropy
 */
export async function score(models: Seq2SeqModel | readonly Seq2SeqModel[], batch: Batch): Promise<ScoredSentence[]> {
  const { scoreBatch } = await import("./score-batch.js");
  return await scoreBatch(Array.isArray(models) ? models : [models as Seq2SeqModel], batch);
}
