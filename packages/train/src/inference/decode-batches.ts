import { type Batch, batchPairs, type IdPair } from "@heed/datasets";
import { type Decoded, greedyDecode, type Seq2SeqModel } from "@heed/seq2seq";
import { tensor } from "@heed/tensor";
import { breather } from "../loop/breather.js";

/** Options of {@link decodeBatches}. */
export interface DecodeOptions {
  /** Sentences a batch. */
  readonly batchSize: number;
  /** Most target tokens of sentence i, `<eos>` included. */
  readonly limit: (index: number) => number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes greedily, in batches of similar length, and returns the results in the order of the sources. What a sentence
 * gets does not depend on the others: each is cut at its own limit.
 *
 * @throws the signal's reason when it is aborted
 */
export async function decodeBatches(
  model: Seq2SeqModel,
  sources: readonly ArrayLike<number>[],
  { batchSize, limit, signal }: DecodeOptions,
): Promise<Decoded[]> {
  const pairs: IdPair[] = sources.map((source) => ({ source, target: [] }));
  const results = new Array<Decoded>(sources.length);
  const breathe = breather();
  for (const batch of batchPairs(pairs, { batchSize })) {
    await breathe();
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

async function decodeBatch(model: Seq2SeqModel, batch: Batch, maxLength: number): Promise<Decoded[]> {
  const source = tensor(batch.source, { shape: [batch.b, batch.s] });
  const lengths = tensor(batch.sourceLengths);
  try {
    return await greedyDecode(model, source, lengths, { maxLength });
  } finally {
    source.dispose();
    lengths.dispose();
  }
}
