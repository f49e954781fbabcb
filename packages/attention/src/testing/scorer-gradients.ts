import {
  add,
  type Draw,
  expand,
  full,
  logicalOr,
  mul,
  Parameter,
  sizeOf,
  slice,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  where,
  zeros,
} from "@heed/tensor";
import { checkDirections, checkGradients, toHost } from "@heed/tensor/testing";
import type { AttentionOutput } from "../attention-output.js";
import { assertFinite } from "./assert-finite.js";
import { attend, type Inputs, scoresOf, type Trial } from "./scorer-trial.js";

export async function checkAllGradients(trial: Trial): Promise<void> {
  const { scorer, attention } = trial;
  const [query, keys, memory] = [new Parameter(trial.query), new Parameter(trial.keys), new Parameter(trial.memory)];
  const cotangent = trial.draw.randn(...scoresOf(trial).shape);
  const learned = { query, keys, ...attention.scorer };
  const elements = Object.values(learned).reduce((total, { shape }) => total + sizeOf(shape), 0);
  // Element by element where that is quick, else along a random direction for each tensor.
  const check = elements > 150 ? checkDirections : checkGradients;
  await check(() => sum(mul(scoresOf(trial, { query, keys, memory }), cotangent)), {
    ...learned,
    ...(scorer.remember ? { memory } : {}),
  });
  const { b, k } = trial.sample;
  const first = tensor(
    Uint8Array.from({ length: k }, (_, key) => (key === 0 ? 1 : 0)),
    { dtype: "bool" },
  );
  const mask = logicalOr(trial.draw.mask(b, 1, k), first.reshape(1, 1, k));
  const weigh = weigher(trial, trial.draw);
  // Also through the mask and, where there is one, through the memory.
  for (const given of [null, mask])
    await checkDirections(() => weigh(attend(trial, { query, keys, values: trial.values }, { mask: given })), learned);
}

/** Queries and keys of zeros, of ones, and equal to each other: no NaN in weights and gradients. */
export async function checkZeros(trial: Trial): Promise<void> {
  const { query, keys, sample } = trial;
  const some = tensor(
    Uint8Array.from({ length: sample.k }, (_, key) => (key === 0 ? 1 : 0)),
    { dtype: "bool" },
  );
  const repeated = expand(slice(query, { axis: 1, start: 0, end: 1 }), { shape: [sample.b, sample.k, sample.dq] });
  await checkFinite(trial, {
    "a query of zeros": { ...trial, query: zeros(query.shape) },
    "keys of zeros": { ...trial, keys: zeros(keys.shape) },
    "one key of zeros": { ...trial, keys: where(some.reshape(1, -1, 1), 0, keys) },
    "keys of ones": { ...trial, keys: full(keys.shape, 1) },
    "a query of ones": { ...trial, query: full(query.shape, 1) },
    ...(sample.dq === sample.dk ? { "keys that equal a query": { ...trial, keys: repeated } } : {}),
  });
}

/** Large queries and keys, as an untrained model makes them, and tiny ones, whose squares are 0 in f32. */
export async function checkExtremes(trial: Trial): Promise<void> {
  const { query, keys } = trial;
  await checkFinite(trial, {
    "large queries": { ...trial, query: mul(query, 1e4) },
    "large keys": { ...trial, keys: mul(keys, 1e4) },
    "large queries and keys": { ...trial, query: mul(query, 300), keys: mul(keys, 300) },
    "tiny queries": { ...trial, query: mul(query, 1e-25) },
    "tiny keys": { ...trial, keys: mul(keys, 1e-25) },
  });
}

async function checkFinite(trial: Trial, cases: Readonly<Record<string, Inputs>>): Promise<void> {
  for (const [name, given] of Object.entries(cases)) {
    const inputs = asParameters(given);
    const { weights, context, inspection } = attend(trial, inputs);
    await assertFinite(`the scores for ${name}`, inspection!.scores);
    await assertFinite(`the weights for ${name}`, weights);
    await assertFinite(`the context for ${name}`, context);
    for (const [what, gradient] of Object.entries(gradientsOf(trial, inputs, null)))
      await assertFinite(`${what} for ${name}`, gradient);
  }
}

/** What a trial computes: scores, weights, context and every gradient, to be compared with those of another backend. */
export async function resultsOf(trial: Trial): Promise<Record<string, Awaited<ReturnType<typeof toHost>>>> {
  const inputs = asParameters(trial);
  const { weights, context, inspection } = attend(trial, inputs);
  const made = { scores: inspection!.scores, weights, context, ...gradientsOf(trial, inputs, null) };
  return Object.fromEntries(await Promise.all(Object.entries(made).map(async ([name, x]) => [name, await toHost(x)])));
}

export function asParameters({ query, keys, values }: Inputs): Inputs & Record<keyof Inputs, Parameter> {
  return { query: new Parameter(query), keys: new Parameter(keys), values: new Parameter(values) };
}

/** The gradients of weights and context for the inputs and each parameter, by name. */
export function gradientsOf(
  trial: Trial,
  { query, keys, values }: Record<keyof Inputs, Parameter>,
  mask: Tensor | null,
): Record<string, Tensor> {
  const inputs = { query, keys, values };
  const learned: Record<string, Parameter> = { ...inputs, ...trial.attention.scorer };
  const weigh = weigher(trial, trial.draw);
  const { gradients } = valueAndGrad(() => weigh(attend(trial, inputs, { mask })), Object.values(learned));
  const names = Object.keys(learned);
  return Object.fromEntries(
    gradients.map((gradient, i) => [`the gradient for ${names[i]}`, gradient ?? zeros(learned[names[i]!]!.shape)]),
  );
}

/** Makes a scalar of weights and context, by random cotangents. */
function weigher(trial: Trial, { randn }: Draw): (attended: AttentionOutput) => Tensor {
  const { weights, context } = attend(trial, trial);
  const cotangents = [randn(...weights.shape), randn(...context.shape)] as const;
  return (attended) => add(sum(mul(attended.weights, cotangents[0])), sum(mul(attended.context, cotangents[1])));
}
