import { argmax, full, noGrad, scope, type Tensor } from "@heed/tensor";
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
 * @example
 * const [first] = await greedyDecode(model, source, lengths, { maxLength: 20 });
 */
export async function greedyDecode(
  model: Seq2SeqModel,
  source: Tensor,
  lengths: Tensor,
  { maxLength, sosId = 1, eosId = 2 }: GreedyOptions,
): Promise<Decoded[]> {
  const training = model.training;
  model.eval();
  const b = source.shape[0]!;
  const sizes = await lengths.data();
  const decoded: { ids: number[]; weights: number[][] }[] = Array.from({ length: b }, () => ({ ids: [], weights: [] }));
  const isOpen = (sentence: { ids: number[] }): boolean => sentence.ids.at(-1) !== eosId;
  let attends = true;
  const encoded: Encoded = scope(() => noGrad(() => model.encode(source, lengths)));
  let state: DecoderState = encoded.initial;
  let ids = full([b], sosId, "i32", source.backend);
  try {
    for (let i = 0; i < maxLength && decoded.some(isOpen); i++) {
      const step = scope(() =>
        noGrad(() => {
          const { logits, weights, state: next } = model.step(encoded, ids, state);
          return { ids: argmax(logits, { axis: -1 }), weights, state: [...next] };
        }),
      );
      const [chosen, weights] = await Promise.all([step.ids.data(), step.weights?.data()]);
      dispose([ids, ...(i === 0 ? [] : state), ...(step.weights ? [step.weights] : [])]);
      [ids, state] = [step.ids, step.state];
      attends &&= weights !== undefined;
      decoded.forEach((sentence, row) => {
        if (!isOpen(sentence)) return;
        sentence.ids.push(chosen[row]!);
        const start = (row * (weights?.length ?? 0)) / b;
        if (weights) sentence.weights.push(Array.from(weights.subarray(start, start + sizes[row]!)));
      });
    }
  } finally {
    const { states, mask, prepared, initial } = encoded;
    dispose([states, mask, ...(prepared ? [prepared] : []), ...initial, ids, ...state]);
    model.train(training);
  }
  return decoded.map((sentence) => ({ ids: sentence.ids, weights: attends ? sentence.weights : null }));
}

function dispose(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}
