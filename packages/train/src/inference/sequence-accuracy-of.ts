import type { EncodedPair } from "@heed/datasets";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { Vocabulary } from "@heed/tokenizers";
import type { AbortSignalLike } from "../abort-signal-like.js";
import { decodeBatches } from "./decode-batches.js";
import { sameSequence } from "./same-sequence.js";

/**
 * Returns the share of pairs whose target greedy decoding gives exactly, in [0, 1]. A target with an unknown token never
 * counts as right.
 *
 * @throws the signal's reason when it is aborted
 */
export async function sequenceAccuracyOf(
  model: Seq2SeqModel,
  pairs: readonly EncodedPair[],
  {
    source,
    target: vocabulary,
    batchSize,
    signal,
  }: {
    readonly source: Vocabulary;
    readonly target: Vocabulary;
    readonly batchSize: number;
    readonly signal?: AbortSignalLike | undefined;
  },
): Promise<number> {
  const decoded = await decodeBatches(
    model,
    pairs.map(({ source }) => source),
    { vocabulary: source, batchSize, limit: (index) => pairs[index]!.target.length + 1, signal },
  );
  const right = pairs.filter(({ target }, i) => {
    const known = vocabulary.unkId === undefined || !target.includes(vocabulary.unkId);
    return known && sameSequence(decoded[i]!.ids, [...target, vocabulary.eosId]);
  });
  return right.length / pairs.length;
}
