import { HeedError } from "@heed/core";
import { disposeAll, full, noGrad, scope, type Tensor, treeLeaves } from "@heed/tensor";
import type { SourceBatch } from "../batch.js";
import type { Encoded, Seq2SeqModel, State } from "../models/seq2seq-model.js";

export interface GreedyOptions {
  /** Largest number of target tokens in a sentence, `<eos>` included. */
  readonly maxLength: number;
  /** The id that ends a sentence; default: the model's `<eos>`. */
  readonly eosId?: number;
}

/** A decoded sentence. */
export interface Decoded {
  /** Target ids, with `<eos>` at the end unless the limit was reached first. */
  readonly ids: number[];
  /** One row for each id: weights over the positions of the sentence, without padding; `null` without attention. */
  readonly weights: number[][] | null;
}

/**
 * Decodes a batch by choosing the most probable token at each step, and returns the attention weights as well. The other
 * sentences of the batch do not change the result of a sentence.
 *
 * @throws HeedError when `maxLength` is not a positive integer
 * @example
 * const [first] = await greedyDecode(model, { ids, lengths }, { maxLength: 20 });
 */
export async function greedyDecode(
  model: Seq2SeqModel,
  source: SourceBatch,
  { maxLength, eosId = model.target.eosId }: GreedyOptions,
): Promise<Decoded[]> {
  if (!Number.isInteger(maxLength) || maxLength < 1) {
    throw new HeedError(`greedyDecode: maxLength must be a positive integer, got ${maxLength}.`);
  }
  const { training } = model;
  model.eval();
  try {
    const sizes = await source.lengths.data();
    const encoded = scope(() => noGrad(() => model.encode(source)));
    try {
      return await decodeSteps(model, encoded, sizes, { maxLength, eosId });
    } finally {
      const { source: _, ...own } = encoded;
      disposeAll(own);
    }
  } finally {
    model.releaseCache();
    model.train(training);
  }
}

async function decodeSteps(
  model: Seq2SeqModel,
  encoded: Encoded,
  sizes: ArrayLike<number>,
  { maxLength, eosId }: Required<GreedyOptions>,
): Promise<Decoded[]> {
  const b = sizes.length;
  const decoded = Array.from(sizes, () => ({ ids: [] as number[], weights: [] as number[][] }));
  const isOpen = (sentence: { ids: number[] }): boolean => sentence.ids.at(-1) !== eosId;
  let attends = true;
  let ids = full([b], model.target.sosId, "i32", encoded.states.backend);
  let state: State = encoded.initial;
  /** The tensors of the last step; those of the first state belong to `encoded`. */
  let made: readonly Tensor[] = [ids];
  try {
    for (let i = 0; i < maxLength && decoded.some(isOpen); i++) {
      const step = scope(() =>
        noGrad(() => {
          const output = model.step(encoded, ids, state);
          const chosen = model.predict(output, encoded);
          const { weights, state: next } = output;
          return { chosen, ids: model.decoderIds(chosen, encoded.source), weights, state: next };
        }),
      );
      const alive = treeLeaves(step);
      for (const tensor of made) if (!alive.includes(tensor)) tensor.dispose();
      made = alive;
      [ids, state] = [step.ids, step.state];
      const [chosen, weights] = await Promise.all([step.chosen.data(), step.weights?.data()]);
      attends &&= weights !== undefined;
      for (const [row, sentence] of decoded.entries()) {
        if (!isOpen(sentence)) continue;
        sentence.ids.push(chosen[row]!);
        const start = (row * (weights?.length ?? 0)) / b;
        if (weights) sentence.weights.push(Array.from(weights.subarray(start, start + sizes[row]!)));
      }
    }
  } finally {
    disposeAll(made);
  }
  return decoded.map((sentence) => ({ ids: sentence.ids, weights: attends ? sentence.weights : null }));
}
