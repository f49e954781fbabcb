import { isHeedError } from "@heed/core";
import type { PairStore } from "@heed/datasets";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { Vocabulary } from "@heed/tokenizers";
import type { AbortSignalLike } from "../abort-signal-like.js";
import { decodeBatches } from "./decode-batches.js";

/**
 * Returns the share of pairs whose target greedy decoding gives exactly, in [0, 1]. A target with an unknown token never
 * counts as right.
 *
 * @throws HeedError when the model cannot process a source
 * @throws the signal's reason when it is aborted
 */
export async function sequenceAccuracyOf(
  model: Seq2SeqModel,
  pairs: PairStore,
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
    [model],
    Array.from({ length: pairs.length }, (_, i) => pairs.source(i)),
    {
      ...{ vocabulary: source, batchSize, signal },
      limit: (index) => pairs.targetLength(index) + 1,
      copy: pairs.length > 0 && pairs.copy(0) ? (index) => pairs.copy(index)! : undefined,
    },
  );
  const right = decoded.filter((result, i) => {
    if (isHeedError(result)) throw result;
    const { ids } = result.hypotheses[0]!;
    const target = Array.from(pairs.copy(i)?.target ?? pairs.target(i));
    const known = vocabulary.unkId === undefined || !target.includes(vocabulary.unkId);
    const gold = [...target, vocabulary.eosId];
    return known && ids.length === gold.length && ids.every((id, at) => id === gold[at]);
  });
  return right.length / pairs.length;
}
