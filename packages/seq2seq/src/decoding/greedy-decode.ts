import { HeedError } from "@heed/core";
import { disposeAll, full, isParameter, noGrad, scope, type Tensor, treeLeaves } from "@heed/tensor";
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
  const sizes = await source.lengths.data();
  const inEvaluation = model.evaluator();
  const run: Run = (work) => inEvaluation(() => scope(() => noGrad(work)));
  const encoded = run(() => model.encode(source));
  try {
    return await decodeSteps(model, encoded, sizes, { maxLength, eosId, run });
  } finally {
    model.releaseCache();
    disposeAll(newTensors(encoded, new Set(treeLeaves(source))));
  }
}

/** Runs work in evaluation mode, without gradients. It is synchronous, so that other work on the model may run in between. */
type Run = <T>(work: () => T) => T;

/** The tensors of a tree, without parameters, which belong to the model, and without those that others own. */
function newTensors(tree: unknown, others: ReadonlySet<Tensor>): Tensor[] {
  return treeLeaves(tree).filter((tensor) => !isParameter(tensor) && !others.has(tensor));
}

async function decodeSteps(
  model: Seq2SeqModel,
  encoded: Encoded,
  sizes: ArrayLike<number>,
  { maxLength, eosId, run }: Required<GreedyOptions> & { readonly run: Run },
): Promise<Decoded[]> {
  const b = sizes.length;
  const decoded = Array.from(sizes, () => ({ ids: [] as number[], weights: [] as number[][] }));
  const isOpen = (sentence: { ids: number[] }): boolean => sentence.ids.at(-1) !== eosId;
  let attends = true;
  let ids = full([b], model.target.sosId, "i32", encoded.states.backend);
  let state: State = encoded.initial;
  const others = new Set([...treeLeaves(encoded), ...treeLeaves(encoded.source)]);
  /** The tensors that the last step made. */
  let made: readonly Tensor[] = [ids];
  try {
    for (let i = 0; i < maxLength && decoded.some(isOpen); i++) {
      const step = run(() => {
        const output = model.step(encoded, ids, state);
        const chosen = model.predict(output, encoded);
        const { weights, state: next } = output;
        return { chosen, ids: model.decoderIds(chosen, encoded.source), weights, state: next };
      });
      const alive = newTensors(step, others);
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
