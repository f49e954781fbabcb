import {
  concat,
  expand,
  formatShape,
  memory as memoryOf,
  type Shape,
  sameShape,
  scope,
  slice,
  sum,
  type Tensor,
  tensor,
  treeLeaves,
  where,
  zeros,
} from "@heed/tensor";
import { assertClose, CheckError, host, toHost } from "@heed/tensor/testing";
import type { AttentionOutput, AttentionState } from "../attention-output.js";
import { makeMask } from "../mask.js";
import { paddingMask } from "../masks/padding-mask.js";
import { assertFinite } from "./assert-finite.js";
import { pick, shuffled } from "./pick.js";
import { asParameters, gradientsOf } from "./scorer-gradients.js";
import { someLengths } from "./scorer-sizes.js";
import { attend, drawInputs, hasHeads, makeAttention, scoredOf, scoresOf, type Trial } from "./scorer-trial.js";

export async function checkScores(trial: Trial): Promise<void> {
  const { b, q, k, heads = 1 } = trial.sample;
  const expected = hasHeads(trial.scorer) ? [b, heads, q, k] : [b, q, k];
  const { scores, window } = scoredOf(trial, trial);
  if (!sameShape(scores.shape, expected)) {
    throw new CheckError(`the scores are ${formatShape(scores.shape)} instead of ${formatShape(expected)}.`);
  }
  if (scores.dtype !== "f32") throw new CheckError(`the scores are ${scores.dtype} instead of f32.`);
  if (window && !fits(window.shape, expected)) {
    const shape = formatShape(window.shape);
    throw new CheckError(`the window is ${shape}, which does not broadcast to the scores, ${formatShape(expected)}.`);
  }
  await assertFinite("the scores", scores);
}

/** Whether one shape broadcasts to another without making it larger; that of a window may lack the heads' axis. */
export function fits(shape: Shape, to: Shape): boolean {
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
  await mustChange("the memory", { ...trial, memory: draw.randn(...trial.memory.shape) });
  const [one, other] = [0, 1].map(() => draw.positive(...trial.memory.shape));
  const [first, second] = await Promise.all([one!, other!].map((w) => scorer.remember!(trial.memory, w).data()));
  if (first!.every((value, i) => value === second![i])) {
    throw new CheckError("the memory does not depend on the weights. Use them in `remember`, or leave it out.");
  }
}

export async function checkPermutation(trial: Trial): Promise<void> {
  const order = shuffled(trial.sample.k);
  const { query, keys, memory } = trial;
  const permuted = scoresOf(trial, { query, keys: pick(keys, 1, order), memory: pick(memory, 2, order) });
  const expected = pick(scoresOf(trial), permuted.shape.length - 1, order);
  const what = `the scores of the keys in the order ${order.join(", ")} (set \`positional: true\` if the scorer uses the order of the keys)`;
  assertClose(what, await toHost(permuted), await toHost(expected), trial.tolerance);
}

/** Masks of every second key, and of all keys but the last: what is masked must not matter. */
export async function checkMaskedKeys(trial: Trial): Promise<void> {
  const { b, k } = trial.sample;
  const { draw, tolerance } = trial;
  for (const open of [(key: number) => key % 2 === 0, (key: number) => key === k - 1]) {
    const mask = tensor(
      Uint8Array.from({ length: k }, (_, key) => (open(key) ? 1 : 0)),
      { shape: [1, 1, k], dtype: "bool" },
    );
    const seen = mask.reshape(1, k, 1);
    const keys = where(seen, trial.keys, draw.randn(...trial.keys.shape).mul(100));
    const values = where(seen, trial.values, draw.randn(...trial.values.shape).mul(100));
    const [before, after] = [attend(trial, trial, { mask }), attend(trial, { ...trial, keys, values }, { mask })];
    await assertSame("after masked keys changed", after, before, tolerance);
    const [scores, expected] = [after, before].map(({ inspection }) => where(mask, inspection!.scores, 0));
    assertClose("the scores after masked keys changed", await toHost(scores!), await toHost(expected!), tolerance);
    const gradients = gradientsOf(trial, asParameters(trial), mask);
    for (const name of ["keys", "values"]) {
      const masked = where(seen, 0, gradients[`the gradient for ${name}`]!);
      const none = host(new Float64Array(masked.size), masked.shape);
      assertClose(`the gradient for masked ${name}`, await toHost(masked), none, 0);
    }
  }
  await checkMask(trial, draw.mask(b, 1, k));
}

/** Masks that differ from sentence to sentence, one whole mask or a row for each query: masked keys weigh exactly 0. */
async function checkMask(trial: Trial, mask: Tensor): Promise<void> {
  const { weights, heads } = attend(trial, trial, { mask });
  const masked = where(mask, 0, weights);
  const none = host(new Float64Array(masked.size), masked.shape);
  assertClose("the weights of masked keys", await toHost(masked), none, 0);
  if (!heads) return;
  const own = where(mask.reshape(mask.shape[0]!, 1, 1, -1), 0, heads);
  assertClose("the heads' weights of masked keys", await toHost(own), host(new Float64Array(own.size), own.shape), 0);
}

/** Sentences of many lengths in one batch: each must be as it is alone, without padding. */
export async function checkPadding(trial: Trial): Promise<void> {
  const { attention, draw, sample, tolerance } = trial;
  const { k } = sample;
  const counts = someLengths(k);
  const { query, keys, values } = drawInputs(draw, { ...sample, b: counts.length });
  const lengths = tensor(Int32Array.from(counts));
  const mask = makeMask(paddingMask, { keys: k, lengths });
  const seen = mask.reshape(counts.length, k, 1);
  const noisy = (x: Tensor): Tensor => where(seen, x, draw.randn(...x.shape).mul(100));
  const padded = attend(trial, { query, keys: noisy(keys), values: noisy(values) }, { mask, lengths });
  const [state] = treeLeaves(padded.state.memory);
  for (const [row, length] of counts.entries()) {
    const own = (x: Tensor): Tensor => pick(x, 0, [row]);
    const first = (x: Tensor, axis: number): Tensor => slice(own(x), { axis, start: 0, end: length });
    const { heads, weights, context, inspection } = padded;
    const cut = { ...padded, context: own(context), weights: first(weights, 2), heads: heads && first(heads, 3) };
    const short = attend({ attention }, { query: own(query), keys: first(keys, 1), values: first(values, 1) });
    const what = `of a sentence of ${length} keys with ${k - length} keys of padding`;
    await assertSame(what, cut, short, tolerance);
    const scores = first(inspection!.scores, 3);
    assertClose(`the scores ${what}`, await toHost(scores), await toHost(short.inspection!.scores), tolerance);
    if (!state) continue;
    const remembered = first(state, 2);
    assertClose(`the memory ${what}`, await toHost(remembered), await toHost(short.state.memory!), tolerance);
  }
}

/** Sentences of many lengths, and queries behind the ends of all of them. */
export async function checkSums(trial: Trial): Promise<void> {
  const { draw, sample, tolerance, scorer } = trial;
  const { k } = sample;
  const counts = someLengths(k);
  // A scorer with a memory attends to its queries one after the other.
  const larger = { ...sample, b: counts.length, q: sample.q + (scorer.remember ? 2 : k + 2) };
  const lengths = tensor(Int32Array.from(counts));
  for (const mask of [null, makeMask(paddingMask, { keys: k, lengths })]) {
    const { heads, weights } = attend(trial, drawInputs(draw, larger), mask ? { mask, lengths } : {});
    const sums = sum(heads ?? weights, { axis: -1 });
    const ones = host(new Float64Array(sums.size).fill(1), sums.shape);
    const what = `the sum of the weights of ${larger.q} queries (0: a window left nothing to attend)`;
    assertClose(what, await toHost(sums), ones, tolerance);
  }
}

/** The first and last key of the widest window must be at least one radius apart, and at most two. */
export async function checkRadius(trial: Trial): Promise<void> {
  const { scorer, sample, draw, attention } = trial;
  if (sample.radius === undefined) return;
  const [q, k] = [33, 33];
  for (const radius of [1, 2, 4]) {
    const sizes = { ...sample, q, k, radius, ...(sample.maxKeys === undefined ? {} : { maxKeys: k }) };
    const inputs = drawInputs(draw, sizes);
    const own = { ...trial, sample: sizes, attention: makeAttention(scorer, sizes, 3, attention.normalizer) };
    const { window } = scoredOf(own, { ...inputs, memory: zeros([sample.b, 1, k]) });
    if (!window) return;
    const values = await expand(window, { shape: window.shape.with(-1, k).with(-2, q) }).data();
    let span = 0;
    for (let row = 0; row < values.length; row += k) {
      const open = Array.from({ length: k }, (_, key) => key).filter((key) => values[row + key]);
      if (open.length > 0) span = Math.max(span, open.at(-1)! - open[0]!);
    }
    if (span >= radius && span <= 2 * radius) continue;
    throw new CheckError(
      `with radius ${radius}, the widest window is ${span} steps from its first key to its last; expected ${radius} to ${2 * radius}.`,
    );
  }
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

export async function checkOneByOne(trial: Trial): Promise<void> {
  const { attention, sample, query, keys, values, draw, tolerance } = trial;
  const lengths = draw.lengths(sample.k, sample.b);
  const memory = attention.prepare(keys, { values, lengths, mask: makeMask(paddingMask, { keys: sample.k, lengths }) });
  let state: AttentionState = attention.start(memory);
  const steps = Array.from({ length: sample.q }, (_, i) => {
    const attended = attention.forward(pick(query, 1, [i]), memory, state);
    state = attended.state;
    return attended;
  });
  const all = attention.forward(query, memory);
  await assertSame("of one query at a time", joined(steps, 1), all, tolerance);
  for (const [i, part] of treeLeaves(state).entries()) {
    assertClose(
      "the state after the last query",
      await toHost(part),
      await toHost(treeLeaves(all.state)[i]!),
      tolerance,
    );
  }
}

export async function checkRoundTrip(trial: Trial): Promise<void> {
  const expected = await toHost(scoresOf(trial));
  const saved = await trial.attention.stateDict();
  const loaded = makeAttention(trial.scorer, trial.sample, 99);
  loaded.loadStateDict(saved);
  const actual = await toHost(scoresOf({ ...trial, attention: loaded }));
  assertClose("the scores after saving and loading", actual, expected, trial.tolerance);
}

export async function checkLeaks(trial: Trial): Promise<void> {
  const inputs = asParameters(trial);
  const before = memoryOf().buffers;
  scope(() => void gradientsOf(trial, inputs, null));
  const left = memoryOf().buffers - before;
  if (left !== 0) throw new CheckError(`${left} buffers are still alive after a scope that returns nothing.`);
}

/** Compares weights, the heads' weights where there are some, and context. */
export async function assertSame(
  what: string,
  actual: AttentionOutput,
  expected: AttentionOutput,
  tolerance: number,
): Promise<void> {
  assertClose(`the weights ${what}`, await toHost(actual.weights), await toHost(expected.weights), tolerance);
  if (actual.heads && expected.heads)
    assertClose(`the heads' weights ${what}`, await toHost(actual.heads), await toHost(expected.heads), tolerance);
  assertClose(`the context ${what}`, await toHost(actual.context), await toHost(expected.context), tolerance);
}

/** The outputs of several calls, side by side: axis 0 puts sentences together, axis 1 queries. */
export function joined(parts: readonly AttentionOutput[], axis: 0 | 1): AttentionOutput {
  const join = (of: (part: AttentionOutput) => Tensor, at: number): Tensor => concat(parts.map(of), { axis: at });
  return {
    context: join(({ context }) => context, axis),
    weights: join(({ weights }) => weights, axis),
    heads: parts[0]!.heads ? join(({ heads }) => heads!, axis === 0 ? 0 : 2) : null,
    state: { position: null, memory: null },
    inspection: null,
  };
}
