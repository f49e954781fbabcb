import {
  concat,
  gruStep,
  linear,
  mul,
  Parameter,
  stack,
  sum,
  type Tensor,
  unstack,
  valueAndGrad,
  zeros,
} from "@heed/tensor";
import { assertClose, CheckError, toHost } from "@heed/tensor/testing";
import type { Attention } from "../attention.js";
import type { GruDecoded, GruDecoder } from "../gru-decoder.js";
import { pick } from "./pick.js";
import type { Trial } from "./scorer-trial.js";

const tolerance = 1e-9;

/** A GRU decoder at once equals its steps, in values and gradients. */
export async function checkDecodeGru(trial: Trial): Promise<void> {
  const { attention, draw, sample, query, keys } = trial;
  const { b, q: t, k, dq: h, dk: c } = sample;
  const inputs = {
    tokenGates: new Parameter(draw.randn(b, t, 3 * h)),
    hidden: new Parameter(pick(query, 1, [0]).reshape(b, h)),
    keys: new Parameter(keys),
    values: new Parameter(draw.randn(b, k, c)),
    contextWeight: new Parameter(draw.randn(3 * h, c)),
    weightHh: new Parameter(draw.randn(3 * h, h)),
    biasHh: new Parameter(draw.randn(3 * h)),
  };
  const learned: Readonly<Record<string, Parameter>> = { ...inputs, ...attention.scorer };
  const cotangents = [draw.randn(b, t, h), draw.randn(b, t, c), draw.randn(b, t, k)];
  const weighted = (decoded: GruDecoded): Tensor =>
    decoded.map((result, i) => sum(mul(result, cotangents[i]!))).reduce((total, each) => total.add(each));
  const gradientsOf = (decode: () => GruDecoded): (Tensor | null)[] =>
    valueAndGrad(() => weighted(decode()), Object.values(learned)).gradients;

  for (const [mask, biasHh] of [
    [draw.mask(b, 1, k), inputs.biasHh],
    [null, null],
  ] as const) {
    const decoder = (): GruDecoder => ({ ...inputs, prepared: attention.prepare(inputs.keys).prepared, mask, biasHh });
    const atOnce = (): GruDecoded => {
      const decoded = attention.decodeGru(decoder());
      if (!decoded) throw new CheckError("decodeGru: the scorer has it, but attention with softmax does not use it.");
      return decoded;
    };
    const bySteps = (): GruDecoded => takeSteps(attention, decoder());
    const [actual, expected] = [atOnce(), bySteps()];
    for (const [i, what] of ["states", "contexts", "weights"].entries()) {
      assertClose(`decodeGru: ${what}`, await toHost(actual[i]!), await toHost(expected[i]!), tolerance);
    }
    const [gradients, references] = [gradientsOf(atOnce), gradientsOf(bySteps)];
    for (const [i, [name, { shape }]] of Object.entries(learned).entries()) {
      const [gradient, reference] = [gradients[i] ?? zeros(shape), references[i] ?? zeros(shape)];
      assertClose(`decodeGru: gradient for ${name}`, await toHost(gradient), await toHost(reference), tolerance);
    }
  }
}

/** What `decodeGru` is to equal: a step attends, then the GRU takes it. */
function takeSteps(attention: Attention, decoder: GruDecoder): GruDecoded {
  const { tokenGates, contextWeight, weightHh, biasHh } = decoder;
  const [states, contexts, weights]: [Tensor[], Tensor[], Tensor[]] = [[], [], []];
  let state = decoder.hidden;
  for (const gates of unstack(tokenGates, { axis: 1 })) {
    const attended = attention.forward(state, { ...decoder, lengths: null });
    const context = attended.context.reshape(attended.context.shape[0]!, attended.context.shape[2]!);
    state = gruStep(gates.add(linear(context, contextWeight, null)), state, weightHh, biasHh);
    states.push(state);
    contexts.push(context);
    weights.push(attended.weights);
  }
  return [stack(states, { axis: 1 }), stack(contexts, { axis: 1 }), concat(weights, { axis: 1 })];
}
