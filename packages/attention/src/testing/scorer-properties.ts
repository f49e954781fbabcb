import {
  concat,
  gruStep,
  linear,
  mul,
  Parameter,
  slice,
  stack,
  sum,
  type Tensor,
  tensor,
  unstack,
  valueAndGrad,
  where,
  zeros,
} from "@heed/tensor";
import { assertClose, CheckError, checkGradients, host, toHost } from "@heed/tensor/testing";
import type { Attention } from "../attention.js";
import type { GruDecoded, GruDecoder } from "../gru-decoder.js";
import { attend, makeAttention, scoresOf, type Trial } from "./scorer-trial.js";

const tolerance = 1e-9;

export async function checkShapes(trial: Trial): Promise<void> {
  const { b, q, k } = trial.sample;
  const scores = await toHost(scoresOf(trial, trial.query, trial.keys));
  assertClose(
    "the scores",
    { ...scores, values: new Float64Array(b * q * k) },
    host(new Float64Array(b * q * k), [b, q, k]),
    0,
  );
}

export async function checkAllGradients(trial: Trial): Promise<void> {
  const query = new Parameter(trial.query);
  const keys = new Parameter(trial.keys);
  const { b, q, k } = trial.sample;
  const cotangent = trial.draw.randn(b, q, k);
  await checkGradients(() => sum(mul(scoresOf(trial, query, keys), cotangent)), {
    query,
    keys,
    ...trial.attention.scorer,
  });
}

export async function checkPermutation(trial: Trial): Promise<void> {
  const { k } = trial.sample;
  const order = Array.from({ length: k }, (_, index) => (index * 2 + 1) % k).sort((a, b) => (a % 2) - (b % 2) || b - a);
  const permuted = await toHost(scoresOf(trial, trial.query, pick(trial.keys, 1, order)));
  const expected = await toHost(pick(scoresOf(trial, trial.query, trial.keys), 2, order));
  assertClose(`scores for the keys in the order ${order.join(", ")}`, permuted, expected, tolerance);
}

export async function checkMaskedKeys(trial: Trial): Promise<void> {
  const { b, k } = trial.sample;
  const open = Math.ceil(k / 2);
  const mask = tensor(
    Uint8Array.from({ length: k }, (_, index) => (index < open ? 1 : 0)),
    { shape: [1, 1, k], dtype: "bool" },
  );
  const other = trial.draw.randn(b, k, trial.sample.dk).mul(100);
  const changed = where(mask.reshape(1, k, 1), trial.keys, other);
  const before = attend(trial, trial.query, trial.keys, mask);
  const after = attend(trial, trial.query, changed, mask);
  assertClose(
    "weights after masked keys changed",
    await toHost(after.weights),
    await toHost(before.weights),
    tolerance,
  );
  assertClose(
    "context after masked keys changed",
    await toHost(after.context),
    await toHost(before.context),
    tolerance,
  );
}

export async function checkSums(trial: Trial): Promise<void> {
  const { b, q } = trial.sample;
  const { weights } = attend(trial, trial.query, trial.keys, null);
  const ones = host(new Float64Array(b * q).fill(1), [b, q]);
  assertClose("the sum of the weights", await toHost(sum(weights, { axis: -1 })), ones, tolerance);
}

export async function checkEmptyRow(trial: Trial): Promise<void> {
  const { b, q, k, dk } = trial.sample;
  const { context, weights } = attend(trial, trial.query, trial.keys, trial.draw.nothing(b, 1, k));
  assertClose("weights with nothing to attend", await toHost(weights), host(new Float64Array(b * q * k), [b, q, k]), 0);
  assertClose(
    "context with nothing to attend",
    await toHost(context),
    host(new Float64Array(b * q * dk), [b, q, dk]),
    0,
  );
}

export async function checkOneByOne(trial: Trial): Promise<void> {
  const all = scoresOf(trial, trial.query, trial.keys);
  const steps = Array.from({ length: trial.sample.q }, (_, i) =>
    scoresOf(trial, pick(trial.query, 1, [i]), trial.keys),
  );
  assertClose("scores of one query at a time", await toHost(concat(steps, { axis: 1 })), await toHost(all), tolerance);
}

export async function checkRoundTrip(trial: Trial): Promise<void> {
  const loaded = makeAttention(trial.scorer, trial.sample, 99);
  loaded.loadStateDict(await trial.attention.stateDict());
  const expected = await toHost(scoresOf(trial, trial.query, trial.keys));
  const actual = await toHost(scoresOf({ ...trial, attention: loaded }, trial.query, trial.keys));
  assertClose("scores after saving and loading", actual, expected, tolerance);
}

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

/** The entries at `indices` along an axis. */
function pick(x: Tensor, axis: number, indices: readonly number[]): Tensor {
  return concat(
    indices.map((index) => slice(x, { axis, start: index, end: index + 1 })),
    { axis },
  );
}
