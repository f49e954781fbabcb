import type { EncodedPair, Vocabulary } from "@heed/datasets";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { decodeBatches } from "./decode-batches.js";
import { sameSequence } from "./same-sequence.js";

/**
 * The share of pairs whose target greedy decoding gives exactly, in [0, 1]. A target with an unknown token is never
 * right: what the model writes as `<unk>` is nobody's translation.
 */
export async function sequenceAccuracyOf(
  model: Seq2SeqModel,
  pairs: readonly EncodedPair[],
  { vocabulary, batchSize }: { readonly vocabulary: Vocabulary; readonly batchSize: number },
): Promise<number> {
  const decoded = await decodeBatches(
    model,
    pairs.map(({ source }) => source),
    { batchSize, limit: (index) => pairs[index]!.target.length + 1 },
  );
  const right = pairs.filter(({ target }, i) => {
    const known = vocabulary.unkId === undefined || !target.includes(vocabulary.unkId);
    return known && sameSequence(decoded[i]!.ids, [...target, vocabulary.eosId]);
  });
  return right.length / pairs.length;
}
