import {
  add,
  concat,
  type Draw,
  formatShape,
  memory as memoryOf,
  mul,
  Parameter,
  type Shape,
  sameShape,
  scope,
  slice,
  sum,
  type Tensor,
  tensor,
  treeLeaves,
  valueAndGrad,
  where,
  zeros,
} from "@heed/tensor";
import { assertClose, CheckError, checkGradients, host, toHost } from "@heed/tensor/testing";
import type { AttentionOutput, AttentionState } from "../attention-output.js";
import { makeMask } from "../mask.js";
import { paddingMask } from "../masks/padding-mask.js";
import { assertFinite } from "./assert-finite.js";
import { pick, shuffled } from "./pick.js";
import {
  attend,
  drawInputs,
  hasHeads,
  type Inputs,
  makeAttention,
  scoredOf,
  scoresOf,
  type Trial,
} from "./scorer-trial.js";

const tolerance = 1e-9;

export async function checkScores(trial: Trial): Promise<void> {
  const { b, q, k, heads = 1 } = trial.sample;
  const expected = hasHeads(trial.scorer) ? [b, heads, q, k] : [b, q, k];
  const { scores, window } = scoredOf(trial, trial);
  if (!sameShape(scores.shape, expected)) {
    throw new CheckError(`the scores are ${formatShape(scores.shape)} instead of ${formatShape(expected)}.`);
  }
  if (window && !fits(window.shape, expected)) {
    const shape = formatShape(window.shape);
    throw new CheckError(`the window is ${shape}, which does not broadcast to the scores, ${formatShape(expected)}.`);
  }
  await assertFinite("the scores", scores);
}

/** Whether one shape broadcasts to another without making it larger; that of a window may lack the heads' axis. */
function fits(shape: Shape, to: Shape): boolean {
  const aligned = shape.length === 3 && to.length === 4 ? [shape[0]!, 1, ...shape.slice(1)] : shape;
  const missing = to.length - aligned.length;
  return missing >= 0 && aligned.every((size, axis) => size === 1 || size === to[missing + axis]);
}

/** Checks that the scores depend on every parameter and on the memory, and the memory on the weights. */
export async function checkUse(trial: Trial): Promise<void> {
  const { attention, scorer, draw } = trial;
  let before = await scoresOf(trial).data();
  const mustChange = async (what: string, inputs: Trial): Promise<void> => {
    const after = await scoresOf(inputs).data();
    if (after.every((score, i) => score === before[i]))
      throw new CheckError(
        `no score depends on ${what}: all stay as they are when it changes. Use it, or leave it out.`,
      );
    before = after;
  };
  for (const [name, parameter] of Object.entries(attention.scorer)) {
    parameter.assign(draw.randn(...parameter.shape));
    await mustChange(`the parameter ${name}`, trial);
  }
  if (!scorer.remember) return;
  await mustChange("what is remembered", { ...trial, memory: draw.randn(...trial.memory.shape) });
  const [one, other] = [0, 1].map(() => draw.positive(...trial.memory.shape));
  const [first, second] = await Promise.all([one!, other!].map((w) => scorer.remember!(trial.memory, w).data()));
  if (first!.every((value, i) => value === second![i])) {
    throw new CheckError("what is remembered does not depend on the weights. Use them in `remember`, or leave it out.");
  }
}

export async function checkAllGradients(trial: Trial): Promise<void> {
  const { attention, scorer, draw } = trial;
  const [query, keys, memory] = [new Parameter(trial.query), new Parameter(trial.keys), new Parameter(trial.memory)];
  const cotangent = draw.randn(...scoresOf(trial).shape);
  await checkGradients(() => sum(mul(scoresOf(trial, { query, keys, memory }), cotangent)), {
    query,
    keys,
    ...(scorer.remember ? { memory } : {}),
    ...attention.scorer,
  });
  if (!scorer.remember) return;
  // Gradients also flow through the memory.
  const weigh = weigher(trial, draw);
  const through = () => weigh(attend(trial, { query, keys, values: trial.values }));
  await checkGradients(through, { query, keys, ...attention.scorer });
}

export async function checkPermutation(trial: Trial): Promise<void> {
  const order = shuffled(trial.sample.k);
  const { query, keys, memory } = trial;
  const permuted = scoresOf(trial, { query, keys: pick(keys, 1, order), memory: pick(memory, 2, order) });
  const expected = pick(scoresOf(trial), permuted.shape.length - 1, order);
  const what = `the scores of the keys in the order ${order.join(", ")} (set \`positional: true\` if the scorer uses the order of the keys)`;
  assertClose(what, await toHost(permuted), await toHost(expected), tolerance);
}

export async function checkMaskedKeys(trial: Trial): Promise<void> {
  const { b, k, dk } = trial.sample;
  const mask = tensor(
    Uint8Array.from({ length: k }, (_, index) => (index % 2 === 0 ? 1 : 0)),
    { shape: [1, 1, k], dtype: "bool" },
  );
  const keys = where(mask.reshape(1, k, 1), trial.keys, trial.draw.randn(b, k, dk).mul(100));
  const [before, after] = [attend(trial, trial, { mask }), attend(trial, { ...trial, keys }, { mask })];
  await assertSame("after masked keys changed", after, before);
}

export async function checkPadding(trial: Trial): Promise<void> {
  const { b, k } = trial.sample;
  const real = Math.ceil(k / 2);
  const first = (x: Tensor, axis: number): Tensor => slice(x, { axis, start: 0, end: real });
  const lengths = tensor(new Int32Array(b).fill(real));
  const mask = makeMask(paddingMask, { keys: k, lengths });
  const keys = where(mask.reshape(b, k, 1), trial.keys, trial.draw.randn(...trial.keys.shape).mul(100));
  const padded = attend(trial, { ...trial, keys }, { mask, lengths });
  const { heads, weights } = padded;
  const cut = { ...padded, weights: first(weights, 2), heads: heads && first(heads, 3) };
  const short = attend(trial, { ...trial, keys: first(trial.keys, 1), values: first(trial.values, 1) });
  await assertSame(`with ${k - real} keys of padding`, cut, short);
}

export async function checkSums(trial: Trial): Promise<void> {
  const { b, k } = trial.sample;
  const lengths = trial.draw.lengths(k, b);
  const mask = makeMask(paddingMask, { keys: k, lengths });
  const { heads, weights } = attend(trial, trial, { mask, lengths });
  const sums = sum(heads ?? weights, { axis: -1 });
  const ones = host(new Float64Array(sums.size).fill(1), sums.shape);
  assertClose("the sum of the weights (0: a window left nothing to attend)", await toHost(sums), ones, tolerance);
}

export async function checkEmptyRow(trial: Trial): Promise<void> {
  const { b, k } = trial.sample;
  const mask = trial.draw.nothing(b, 1, k);
  for (const [what, keys] of [
    ["", trial.keys],
    [", and keys of zeros", zeros(trial.keys.shape)],
  ] as const) {
    const inputs = asParameters({ ...trial, keys });
    const attended = attend(trial, inputs, { mask });
    const made = { weights: attended.weights, context: attended.context, ...gradientsOf(trial, inputs, mask) };
    for (const [name, tensor] of Object.entries(made)) {
      const expected = host(new Float64Array(tensor.size), tensor.shape);
      assertClose(`${name} with nothing to attend${what}`, await toHost(tensor), expected, 0);
    }
  }
}

export async function checkZeros(trial: Trial): Promise<void> {
  const { query, keys } = trial;
  const cases = { query: { ...trial, query: zeros(query.shape) }, "a key": { ...trial, keys: zeros(keys.shape) } };
  for (const [name, given] of Object.entries(cases)) {
    const inputs = asParameters(given);
    await assertFinite(`the weights for ${name} of zeros`, attend(trial, inputs).weights);
    for (const [what, gradient] of Object.entries(gradientsOf(trial, inputs, null)))
      await assertFinite(`${what} for ${name} of zeros`, gradient);
  }
}

export async function checkOneByOne(trial: Trial): Promise<void> {
  const { attention, sample, query, keys, values, draw } = trial;
  const lengths = draw.lengths(sample.k, sample.b);
  const memory = attention.prepare(keys, { values, lengths, mask: makeMask(paddingMask, { keys: sample.k, lengths }) });
  let state: AttentionState = attention.start(memory);
  const steps = Array.from({ length: sample.q }, (_, i) => {
    const attended = attention.forward(pick(query, 1, [i]), memory, state);
    state = attended.state;
    return attended;
  });
  const all = attention.forward(query, memory);
  await assertSame("of one query at a time", joined(steps, 1), all);
  for (const [i, part] of treeLeaves(state).entries()) {
    assertClose(
      "the state after the last query",
      await toHost(part),
      await toHost(treeLeaves(all.state)[i]!),
      tolerance,
    );
  }
}

export async function checkAlone(trial: Trial): Promise<void> {
  const others = drawInputs(trial.draw, trial.sample);
  const [first, other, again] = [attend(trial, trial), attend(trial, others), attend(trial, trial)];
  await assertSame("of a second call with the same input", again, first);
  const both = (a: Tensor, b: Tensor): Tensor => concat([a, b], { axis: 0 });
  const together = attend(trial, {
    query: both(trial.query, others.query),
    keys: both(trial.keys, others.keys),
    values: both(trial.values, others.values),
  });
  await assertSame("of two batches after each other, against both at once", joined([first, other], 0), together);
}

export async function checkRoundTrip(trial: Trial): Promise<void> {
  const expected = await toHost(scoresOf(trial));
  const saved = await trial.attention.stateDict();
  const loaded = makeAttention(trial.scorer, trial.sample, 99);
  loaded.loadStateDict(saved);
  const actual = await toHost(scoresOf({ ...trial, attention: loaded }));
  assertClose("the scores after saving and loading", actual, expected, tolerance);
}

export async function checkLeaks(trial: Trial): Promise<void> {
  const inputs = asParameters(trial);
  const before = memoryOf().buffers;
  scope(() => void gradientsOf(trial, inputs, null));
  const left = memoryOf().buffers - before;
  if (left !== 0) throw new CheckError(`${left} buffers are still alive after a scope that returns nothing.`);
}

/** Everything that attention found, of which one part is the heads' where there are some. */
async function assertSame(what: string, actual: AttentionOutput, expected: AttentionOutput): Promise<void> {
  assertClose(`the weights ${what}`, await toHost(actual.weights), await toHost(expected.weights), tolerance);
  if (actual.heads && expected.heads)
    assertClose(`the heads' weights ${what}`, await toHost(actual.heads), await toHost(expected.heads), tolerance);
  assertClose(`the context ${what}`, await toHost(actual.context), await toHost(expected.context), tolerance);
}

/** What was found in several calls, side by side: axis 0 puts sentences together, axis 1 queries. */
function joined(parts: readonly AttentionOutput[], axis: 0 | 1): AttentionOutput {
  const join = (of: (part: AttentionOutput) => Tensor, at: number): Tensor => concat(parts.map(of), { axis: at });
  return {
    context: join(({ context }) => context, axis),
    weights: join(({ weights }) => weights, axis),
    heads: parts[0]!.heads ? join(({ heads }) => heads!, axis === 0 ? 0 : 2) : null,
    state: { position: null, memory: null },
    inspection: null,
  };
}

/** Makes a scalar of weights and context, by random cotangents. */
function weigher(trial: Trial, { randn }: Draw): (attended: AttentionOutput) => Tensor {
  const { weights, context } = attend(trial, trial);
  const cotangents = [randn(...weights.shape), randn(...context.shape)] as const;
  return (attended) => add(sum(mul(attended.weights, cotangents[0])), sum(mul(attended.context, cotangents[1])));
}

function asParameters({ query, keys, values }: Inputs): Inputs & Record<keyof Inputs, Parameter> {
  return { query: new Parameter(query), keys: new Parameter(keys), values: new Parameter(values) };
}

/** The gradients of weights and context for the inputs and each parameter, by name. */
function gradientsOf(
  trial: Trial,
  inputs: Record<keyof Inputs, Parameter>,
  mask: Tensor | null,
): Record<string, Tensor> {
  const learned: Record<string, Parameter> = { ...inputs, ...trial.attention.scorer };
  const weigh = weigher(trial, trial.draw);
  const { gradients } = valueAndGrad(() => weigh(attend(trial, inputs, { mask })), Object.values(learned));
  const names = Object.keys(learned);
  return Object.fromEntries(
    gradients.map((gradient, i) => [`the gradient for ${names[i]}`, gradient ?? zeros(learned[names[i]!]!.shape)]),
  );
}
