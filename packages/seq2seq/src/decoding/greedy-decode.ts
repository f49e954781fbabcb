import { HeedError } from "@heed/core";
import { argmax, disposeAll, full, noGrad, scope, type Tensor } from "@heed/tensor";
import type { DecoderState, Encoded, Seq2SeqModel } from "../models/seq2seq-model.js";

export interface GreedyOptions {
  /** Most target tokens a sentence, the `<eos>` included. */
  readonly maxLength: number;
  /** Default 1. */
  readonly sosId?: number;
  /** Default 2. */
  readonly eosId?: number;
}

/** One decoded sentence. */
export interface Decoded {
  /** Target ids up to and including `<eos>`, where it came within the limit. */
  readonly ids: number[];
  /** One row of weights over the source positions for each id, each row of the sentence's own length; `null` without attention. */
  readonly weights: number[][] | null;
}

/**
 * Decodes a batch by taking the likeliest token at each step, and returns the attention weights as well. What a sentence
 * gets does not depend on the others in its batch.
 *
 * @param source - i32 `[b, s]`
 * @param lengths - i32 `[b]`, on the device
 * @throws HeedError when `maxLength` is no whole number of at least 1
 * @example
 * const [first] = await greedyDecode(model, source, lengths, { maxLength: 20 });
 */
export async function greedyDecode(
  model: Seq2SeqModel,
  source: Tensor,
  lengths: Tensor,
  { maxLength, sosId = 1, eosId = 2 }: GreedyOptions,
): Promise<Decoded[]> {
  if (!Number.isInteger(maxLength) || maxLength < 1) {
    throw new HeedError(`greedyDecode: maxLength must be a whole number of at least 1; got ${maxLength}.`);
  }
  const { training } = model;
  model.eval();
  try {
    const sizes = await lengths.data();
    const encoded = scope(() => noGrad(() => model.encode(source, lengths)));
    try {
      return await decodeSteps(model, encoded, sizes, { maxLength, sosId, eosId });
    } finally {
      disposeAll(encoded);
    }
  } finally {
    model.train(training);
  }
}

async function decodeSteps(
  model: Seq2SeqModel,
  encoded: Encoded,
  sizes: ArrayLike<number>,
  { maxLength, sosId, eosId }: Required<GreedyOptions>,
): Promise<Decoded[]> {
  const b = sizes.length;
  const decoded = Array.from(sizes, () => ({ ids: [] as number[], weights: [] as number[][] }));
  const isOpen = (sentence: { ids: number[] }): boolean => sentence.ids.at(-1) !== eosId;
  let attends = true;
  let ids = full([b], sosId, "i32", encoded.states.backend);
  let state: DecoderState = encoded.initial;
  /** What the last step made; the first state belongs to `encoded`. */
  let made: readonly Tensor[] = [ids];
  try {
    for (let i = 0; i < maxLength && decoded.some(isOpen); i++) {
      const step = scope(() =>
        noGrad(() => {
          const { logits, weights, state: next } = model.step(encoded, ids, state);
          return { ids: argmax(logits, { axis: -1 }), weights, state: [...next] };
        }),
      );
      for (const tensor of made) tensor.dispose();
      made = [step.ids, ...step.state, ...(step.weights ? [step.weights] : [])];
      [ids, state] = [step.ids, step.state];
      const [chosen, weights] = await Promise.all([ids.data(), step.weights?.data()]);
      attends &&= weights !== undefined;
      decoded.forEach((sentence, row) => {
        if (!isOpen(sentence)) return;
        sentence.ids.push(chosen[row]!);
        const start = (row * (weights?.length ?? 0)) / b;
        if (weights) sentence.weights.push(Array.from(weights.subarray(start, start + sizes[row]!)));
      });
    }
  } finally {
    disposeAll(made);
  }
  return decoded.map((sentence) => ({ ids: sentence.ids, weights: attends ? sentence.weights : null }));
}
