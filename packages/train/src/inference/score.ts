import { HeedError, isHeedError } from "@heed/core";
import { buildBatch, copyPair, lazyBatches, PairStore } from "@heed/datasets";
import { type ScoredSentence, score as scoreBatch, uploadBatch } from "@heed/seq2seq";
import { disposeAll } from "@heed/tensor";
import { type Encoding, specialTokens } from "@heed/tokenizers";
import type { AbortSignalLike } from "../abort-signal-like.js";
import type { TextSample } from "../data/training-data.js";
import { yieldToEventLoop } from "../loop/yield-to-event-loop.js";
import type { Run } from "../run/run.js";
import { checkRuns } from "./check-runs.js";
import { type EncodedSample, encodeSample } from "./encode-sample.js";

/** Options of {@link score}. */
export interface ScoreOptions {
  /** Pairs a batch; by default 32. The result does not depend on it. */
  readonly batchSize?: number | undefined;
  /** Stops between batches, with its reason as the error. */
  readonly signal?: AbortSignalLike | undefined;
}

/** How probable a model finds a given translation. */
export interface ScoredPair extends ScoredSentence {
  /** The tokens of the source. */
  readonly source: readonly string[];
  /** The tokens of the target, and `<eos>`: one for each of `logProbs`. */
  readonly tokens: readonly string[];
  /** The tokens of both sides that are not in the vocabulary. */
  readonly unknown: readonly string[];
  /** Why the pair has no score, such as an empty source; null when it has one. `logProb` is NaN then. */
  readonly error: string | null;
}

/**
 * Computes how probable given translations are (forced decoding).
 *
 * @param runs - one run, or several whose probabilities are averaged: they share both vocabularies
 * @returns one result for each pair, in their order; a pair that cannot be scored has an `error`
 * @throws HeedError when the vocabularies differ
 * @example
 * const [pair] = await score(run, [{ source: "나는 학생이다.", target: "I am a student." }]);
 * console.log(Math.exp(-pair.logProb / pair.logProbs.length)); // perplexity
 */
export async function score(
  runs: Run | readonly Run[],
  pairs: readonly TextSample[],
  { batchSize = 32, signal }: ScoreOptions = {},
): Promise<ScoredPair[]> {
  const members = checkRuns("score", runs);
  const [run] = members;
  const models = members.map(({ model }) => model);
  const encoded = pairs.map((pair) => encodeScored(run, pair));
  const results: ScoredPair[] = encoded.map((pair) => failed(isHeedError(pair) ? pair : null));
  const filled = encoded.flatMap((pair, index) => (isHeedError(pair) ? [] : [{ ...pair, index }]));
  const { vocabulary } = run.targetTokenizer;
  const copies = models.every(({ usesCopy }) => usesCopy);
  const store = PairStore.from(
    filled.map(({ source, target }) => ({
      ...{ source: source.ids, target: target.ids },
      copy: copies ? copyPair(source.tokens, target, vocabulary) : undefined,
    })),
  );
  const layout = { source: run.sourceTokenizer.vocabulary, target: vocabulary };
  const yieldNow = yieldToEventLoop();
  const scoreRows = async (rows: Int32Array): Promise<void> => {
    const batch = uploadBatch(buildBatch(store, rows, layout), { alignment: false });
    try {
      const scored = await scoreBatch(models, batch);
      for (const [i, row] of rows.entries()) {
        const { source, target, index } = filled[row]!;
        results[index] = toPair(run, source, target, scored[i]!);
      }
    } finally {
      disposeAll(batch);
    }
  };
  for (const rows of lazyBatches(store, { batchSize, ...layout }).batches) {
    await yieldNow();
    signal?.throwIfAborted();
    try {
      await scoreRows(rows);
    } catch (error) {
      if (!isHeedError(error)) throw error;
      // Each pair alone, so that the others have their results.
      for (const row of rows) {
        await scoreRows(Int32Array.of(row)).catch((error: unknown) => {
          if (!isHeedError(error)) throw error;
          results[filled[row]!.index] = failed(error);
        });
      }
    }
  }
  return results;
}

function failed(error: Error | null): ScoredPair {
  const nothing = { source: [], tokens: [], unknown: [], logProbs: [], weights: null };
  return { ...nothing, logProb: Number.NaN, error: error?.message ?? null };
}

/** Encodes a pair that can be scored; returns the error of another one. */
function encodeScored(run: Run, sample: TextSample): EncodedSample | HeedError {
  const sides = encodeSample(run, sample);
  if (isHeedError(sides) || sides.source.ids.length > 0) return sides;
  return new HeedError("The source has no tokens. Remove the pair.");
}

function toPair(run: Run, source: Encoding, target: Encoding, scored: ScoredSentence): ScoredPair {
  const unknown = (side: "source" | "target", { ids, tokens }: Encoding): string[] =>
    tokens.filter((_, i) => ids[i] === run[`${side}Tokenizer`].vocabulary.unkId);
  return {
    ...scored,
    source: source.tokens,
    tokens: [...target.tokens, specialTokens.eos],
    unknown: [...unknown("source", source), ...unknown("target", target)],
    error: null,
  };
}
