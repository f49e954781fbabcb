import { isHeedError } from "@heed/core";
import type { PairStore } from "@heed/datasets";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { Vocabulary } from "@heed/tokenizers";
import type { AbortSignalLike } from "../abort-signal-like.js";
import type { TrainCollective } from "../loop/train-collective.js";
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
    collective,
  }: {
    readonly source: Vocabulary;
    readonly target: Vocabulary;
    readonly batchSize: number;
    readonly signal?: AbortSignalLike | undefined;
    /** Shares out the pairs over processes; all return the same. */
    readonly collective?: TrainCollective | undefined;
  },
): Promise<number> {
  const { rank = 0, size = 1 } = collective ?? {};
  const own = Array.from({ length: pairs.length }, (_, i) => i).filter((i) => i % size === rank);
  const decoded = await decodeBatches(
    [model],
    own.map((i) => pairs.source(i)),
    {
      ...{ vocabulary: source, batchSize, signal },
      limit: (at) => pairs.targetLength(own[at]!) + 1,
      copy: pairs.length > 0 && pairs.copy(0) ? (at) => pairs.copy(own[at]!)! : undefined,
    },
  );
  const right = decoded.filter((result, at) => {
    const i = own[at]!;
    if (isHeedError(result)) throw result;
    const { ids } = result.hypotheses[0]!;
    const target = Array.from(pairs.copy(i)?.target ?? pairs.target(i));
    const known = vocabulary.unkId === undefined || !target.includes(vocabulary.unkId);
    const gold = [...target, vocabulary.eosId];
    return known && ids.length === gold.length && ids.every((id, place) => id === gold[place]);
  }).length;
  const [all] = (await collective?.sum([right])) ?? [right];
  return all! / pairs.length;
}
