import { HeedError, type Random } from "@heed/core";
import { notEqual, stack, type Tensor, tensor, unstack, where } from "@heed/tensor";

/** Options of {@link sampleInputs}. */
export interface SampleInputsOptions<S> {
  /** Probability that an input is the model's own token, in [0, 1]. */
  readonly probability: number;
  /** Draws which inputs are the model's own. */
  readonly random: Random | undefined;
  /** The decoder's state before the first step. */
  readonly initial: S;
  /** Computes a step from inputs `[b]`. Returns the most probable tokens, `[b]`, and the next state. */
  readonly step: (ids: Tensor, state: S) => { readonly own: Tensor; readonly state: S };
}

/**
 * Replaces some inputs of the decoder by the token that the model finds most probable after the inputs before it (scheduled
 * sampling).
 *
 * Source: Bengio et al. 2015, arXiv:1506.03099.
 *
 * @param decoderInput - the targets, i32 `[b, t]`; the first of each row stays
 * @returns i32 `[b, t]`
 * @throws HeedError when the probability is not in [0, 1], or there is no generator
 */
export function sampleInputs<S>(
  decoderInput: Tensor,
  { probability, random, initial, step }: SampleInputsOptions<S>,
): Tensor {
  if (!(probability >= 0 && probability <= 1)) {
    throw new HeedError(`loss: ownInputs must be a probability in [0, 1], got ${probability}.`);
  }
  if (!random) throw new HeedError("loss: ownInputs needs a generator, got none. Pass `random` as well.");
  const { shape, backend } = decoderInput;
  const draws = Int32Array.from({ length: decoderInput.size }, () => (random.uniform() < probability ? 1 : 0));
  const targets = unstack(decoderInput, { axis: 1 }); // t times [b]
  const isOwn = unstack(notEqual(tensor(draws, { shape, backend }), 0), { axis: 1 });
  const inputs = targets.slice(0, 1);
  let state = initial;
  for (let i = 1; i < targets.length; i++) {
    const next = step(inputs[i - 1]!, state);
    inputs.push(where(isOwn[i]!, next.own, targets[i]!));
    state = next.state;
  }
  return stack(inputs, { axis: 1 });
}
