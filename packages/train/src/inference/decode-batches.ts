import { type HeedError, isHeedError } from "@heed/core";
import { buildBatch, type CopyPair, type IdBatch, lazyBatches, PairStore, type SpecialIds } from "@heed/datasets";
import {
  type Generated,
  type GenerateOptions,
  generate,
  greedy,
  type Phrase,
  type Search,
  type Seq2SeqModel,
  uploadSource,
} from "@heed/seq2seq";
import { disposeAll } from "@heed/tensor";
import type { AbortSignalLike } from "../abort-signal-like.js";
import { yieldToEventLoop } from "../loop/yield-to-event-loop.js";

/** The phrases that a translation must begin with, contain, and not contain, as ids. */
export interface IdConstraints {
  readonly prefix: Phrase;
  readonly required: readonly Phrase[];
  readonly forbidden: readonly Phrase[];
}

/** Options of {@link decodeBatches}. */
export interface DecodeOptions extends Pick<GenerateOptions, "minLength" | "noRepeatNgram" | "trace"> {
  /** The source vocabulary. */
  readonly vocabulary: SpecialIds;
  /** Number of sentences in a batch. */
  readonly batchSize: number;
  /** Returns the largest number of target tokens for sentence i, `<eos>` included. */
  readonly limit: (index: number) => number;
  /** Returns source i in its extended vocabulary, for models that copy; default: nothing can be copied from outside. */
  readonly copy?: ((index: number) => Pick<CopyPair, "source" | "extraTokens">) | undefined;
  /** Default: greedy search. */
  readonly search?: Search | undefined;
  /** Returns the position of sentence i, which decides what `sample` draws; default: i. */
  readonly position?: ((index: number) => number) | undefined;
  /** Returns what is asked of the translation of sentence i; default: nothing. */
  readonly constraints?: ((index: number) => IdConstraints) | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * Searches in batches of similar length, and returns the results in the order of the sources. The result of a sentence does
 * not depend on the others.
 *
 * @param models - one, or an ensemble
 * @returns for each source the result, or the error when the models cannot process it
 * @throws SearchError when an option is out of range, or constraints cannot be met
 * @throws the signal's reason when it is aborted
 */
export async function decodeBatches(
  models: readonly Seq2SeqModel[],
  sources: readonly ArrayLike<number>[],
  options: DecodeOptions,
): Promise<(Generated | HeedError)[]> {
  const { vocabulary, batchSize, copy, signal } = options;
  const pairs = PairStore.from(
    sources.map((source, i) => ({ source, target: [], copy: copy && { ...copy(i), target: [] } })),
  );
  const results = new Array<Generated | HeedError>(sources.length);
  const yieldNow = yieldToEventLoop();
  const layout = { source: vocabulary, target: models[0]!.target };
  for (const batch of lazyBatches(pairs, { batchSize, ...layout })) {
    await yieldNow();
    signal?.throwIfAborted();
    try {
      const found = await decodeBatch(models, batch, options);
      for (const [row, result] of found.entries()) results[batch.indices[row]!] = result;
    } catch (error) {
      if (!concernsSentences(error)) throw error;
      // Each sentence alone, so that the others have their results.
      for (const index of batch.indices) {
        results[index] = await decodeBatch(models, buildBatch(pairs, [index], layout), options).then(
          ([result]) => result!,
          (error: unknown) => {
            if (concernsSentences(error)) return error;
            throw error;
          },
        );
      }
    }
  }
  return results;
}

/** Returns whether an error is about sentences, such as one with too many tokens, and not about the options. */
function concernsSentences(error: unknown): error is HeedError {
  return isHeedError(error) && !isHeedError(error, "SearchError") && !isHeedError(error, "ArgumentError");
}

async function decodeBatch(
  models: readonly Seq2SeqModel[],
  arrays: IdBatch,
  { limit, search = greedy(), position, constraints, minLength, noRepeatNgram, trace }: DecodeOptions,
): Promise<Generated[]> {
  const source = uploadSource(arrays);
  const indices = Array.from(arrays.indices);
  const asked = constraints && indices.map((index) => constraints(index));
  try {
    return await generate(models, source, search, {
      positions: position ? indices.map((index) => position(index)) : indices,
      maxLength: indices.map((index) => limit(index)),
      ...(minLength !== undefined && { minLength }),
      ...(noRepeatNgram !== undefined && { noRepeatNgram }),
      ...(trace !== undefined && { trace }),
      ...(asked && {
        prefixes: asked.map(({ prefix }) => prefix),
        required: asked.map(({ required }) => required),
        forbidden: asked.map(({ forbidden }) => forbidden),
      }),
    });
  } finally {
    disposeAll(source);
  }
}
