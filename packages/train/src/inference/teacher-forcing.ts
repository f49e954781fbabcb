import { isHeedError } from "@heed/core";
import { type BatchLayout, buildBatch, type EncodedPair, type IdBatch, lazyBatches, PairStore } from "@heed/datasets";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { TrainCollective } from "../loop/train-collective.js";
import { validate } from "../loop/validate.js";

/** The quality of a model on pairs, under teacher forcing. */
export interface TeacherForcing {
  /** Target tokens of the pairs that the model processed, `<eos>` included. */
  readonly tokens: number;
  /** In nats per token. */
  readonly loss: number;
  /** In [0, 1]. */
  readonly accuracy: number;
  /** Why the model cannot process a pair, by its index. */
  readonly errors: ReadonlyMap<number, string>;
}

/**
 * Computes loss and accuracy under teacher forcing. Pairs that the model cannot process, such as those with more tokens than
 * it has positions, are left out and reported; without others, loss and accuracy are NaN.
 *
 * @param collective - shares out the batches over processes; all return the same
 */
export async function teacherForcing(
  model: Seq2SeqModel,
  pairs: readonly EncodedPair[],
  layout: BatchLayout & { readonly batchSize: number },
  collective?: TrainCollective,
): Promise<TeacherForcing> {
  const store = PairStore.from(pairs);
  const errors = new Map<number, string>();
  let [tokens, loss, correct] = [0, 0, 0];
  const add = async (batch: IdBatch): Promise<void> => {
    const measured = await validate(model, [batch]);
    tokens += batch.tokens;
    loss += measured.loss * batch.tokens;
    correct += measured.accuracy * batch.tokens;
  };
  const batches = lazyBatches(store, layout);
  for (let i = collective?.rank ?? 0; i < batches.length; i += collective?.size ?? 1) {
    const batch = batches.slice(i, i + 1)[0]!;
    try {
      await add(batch);
    } catch (error) {
      if (!isHeedError(error)) throw error;
      // Each pair alone, so that the others count.
      for (const index of batch.indices) {
        await add(buildBatch(store, [index], layout)).catch((error: unknown) => {
          if (!isHeedError(error)) throw error;
          errors.set(index, error.message);
        });
      }
    }
  }
  if (collective) {
    [tokens, loss, correct] = (await collective.sum([tokens, loss, correct])) as [number, number, number];
    for (const [index, message] of (await collective.gather([...errors])).flat()) errors.set(index, message);
  }
  return { tokens, loss: loss / tokens, accuracy: correct / tokens, errors };
}
