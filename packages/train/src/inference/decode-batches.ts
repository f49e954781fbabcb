import { lazyBatches, PairStore, type SpecialIds } from "@heed/datasets";
import { type BatchArrays, type Decoded, greedyDecode, type Seq2SeqModel, uploadSource } from "@heed/seq2seq";
import { disposeAll } from "@heed/tensor";
import type { AbortSignalLike } from "../abort-signal-like.js";
import { yieldToEventLoop } from "../loop/yield-to-event-loop.js";

/** Options of {@link decodeBatches}. */
export interface DecodeOptions {
  /** The source vocabulary. */
  readonly vocabulary: SpecialIds;
  /** Number of sentences in a batch. */
  readonly batchSize: number;
  /** Returns the largest number of target tokens for sentence i, `<eos>` included. */
  readonly limit: (index: number) => number;
  readonly signal?: AbortSignalLike | undefined;
}

/**
 * Decodes greedily, in batches of similar length, and returns the results in the order of the sources. The result of a
 * sentence does not depend on the others: each is cut at its own limit.
 *
 * @throws the signal's reason when it is aborted
 */
export async function decodeBatches(
  model: Seq2SeqModel,
  sources: readonly ArrayLike<number>[],
  { vocabulary, batchSize, limit, signal }: DecodeOptions,
): Promise<Decoded[]> {
  const pairs = PairStore.from(sources.map((source) => ({ source, target: [] })));
  const results = new Array<Decoded>(sources.length);
  const yieldNow = yieldToEventLoop();
  const specials = { source: vocabulary, target: model.target };
  for (const batch of lazyBatches(pairs, { batchSize, ...specials })) {
    await yieldNow();
    signal?.throwIfAborted();
    const limits = Array.from(batch.indices, limit);
    const decoded = await decodeBatch(model, batch, Math.max(...limits));
    for (const [row, { ids, weights }] of decoded.entries()) {
      const length = limits[row]!;
      results[batch.indices[row]!] = { ids: ids.slice(0, length), weights: weights?.slice(0, length) ?? null };
    }
  }
  return results;
}

async function decodeBatch(model: Seq2SeqModel, arrays: BatchArrays, maxLength: number): Promise<Decoded[]> {
  const source = uploadSource(arrays);
  try {
    return await greedyDecode(model, source, { maxLength });
  } finally {
    disposeAll(source);
  }
}
