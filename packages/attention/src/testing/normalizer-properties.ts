import { withOtherGlobals } from "@heed/core/testing";
import {
  add,
  concat,
  expand,
  expandDims,
  formatShape,
  logicalAnd,
  memory as memoryOf,
  mul,
  Parameter,
  pad,
  sameShape,
  scope,
  slice,
  sum,
  type Tensor,
  tensor,
  where,
  zeros,
} from "@heed/tensor";
import { assertClose, CheckError, host, toHost } from "@heed/tensor/testing";
import { assertFinite } from "./assert-finite.js";
import { gradientFor } from "./normalizer-gradients.js";
import type { NormalizerTrial } from "./normalizer-trial.js";
import { pick, shuffled } from "./pick.js";

type Case = readonly [scores: Tensor, mask: Tensor | null];

/** Scores as they are, far apart, far from 0, all alike, and with an axis for heads; each with its mask. */
function cases({ scores, mask, sample: { b, q, k }, draw }: NormalizerTrial): Record<string, Case> {
  return {
    scores: [scores, null],
    "masked scores": [scores, mask],
    "scores in the thousands": [mul(scores, 1e4), mask],
    "scores near 10,000": [add(scores, 1e4), mask],
    "scores near −10,000": [add(scores, -1e4), mask],
    "tiny scores": [mul(scores, 1e-25), mask],
    "equal scores": [zeros(scores.shape), mask],
    "scores with masked ones of 1e30": [where(mask, scores, 1e30), mask],
    "scores with masked ones of −1e30": [where(mask, scores, -1e30), mask],
    "scores with a mask for all sentences": [scores, pick(mask, 0, [0])],
    "scores with a mask for each query": [scores, withFirst(draw.mask(b, q, k))],
    "scores of two heads": [
      concat([expandDims(scores, { axis: 1 }), expandDims(mul(scores, 2), { axis: 1 })], { axis: 1 }),
      expandDims(mask, { axis: 1 }),
    ],
  };
}

/** The mask, its first key always open. */
function withFirst(mask: Tensor): Tensor {
  const k = mask.shape.at(-1)!;
  const [first, rest] = [slice(mask, { axis: -1, start: 0, end: 1 }), slice(mask, { axis: -1, start: 1 })];
  const open = tensor(new Uint8Array(first.size).fill(1), { shape: first.shape, dtype: "bool" });
  return k === 1 ? open : concat([open, rest], { axis: -1 });
}

export async function checkWeights(trial: NormalizerTrial): Promise<void> {
  const { normalizer, tolerance } = trial;
  for (const [name, [scores, mask]] of Object.entries(cases(trial))) {
    const weights = normalizer.normalize(scores, mask);
    if (!sameShape(weights.shape, scores.shape)) {
      throw new CheckError(
        `the weights of ${name} are ${formatShape(weights.shape)} instead of ${formatShape(scores.shape)}.`,
      );
    }
    if (weights.dtype !== "f32") throw new CheckError(`the weights of ${name} are ${weights.dtype} instead of f32.`);
    await assertFinite(`the weights of ${name}`, weights);
    const values = await weights.data();
    const index = values.findIndex((weight) => weight < 0 || weight > 1 + tolerance);
    if (index >= 0)
      throw new CheckError(`the weights of ${name}: element ${index} is ${values[index]}, outside of [0, 1].`);
  }
}

export async function checkSums(trial: NormalizerTrial): Promise<void> {
  for (const [name, [scores, mask]] of Object.entries(cases(trial))) {
    const sums = sum(trial.normalizer.normalize(scores, mask), { axis: -1 });
    const ones = host(new Float64Array(sums.size).fill(1), sums.shape);
    const what = `the sum of the weights of ${name} (set \`sumsToOne: false\` if it need not be 1)`;
    assertClose(what, await toHost(sums), ones, trial.tolerance);
  }
}

export async function checkMasked(trial: NormalizerTrial): Promise<void> {
  const { normalizer, scores, mask, draw, tolerance } = trial;
  for (const [name, [given, rule]] of Object.entries(cases(trial))) {
    if (!rule) continue;
    const weights = where(rule, 0, normalizer.normalize(given, rule));
    const none = host(new Float64Array(weights.size), weights.shape);
    assertClose(`the weights of masked keys, for ${name}`, await toHost(weights), none, 0);
  }
  const weights = normalizer.normalize(scores, mask);
  const noise = draw.randn(...scores.shape).mul(100);
  for (const other of [noise, 1e4, -1e4, 1e30, -1e30]) {
    const changed = normalizer.normalize(where(mask, scores, other), mask);
    const what = `the weights after masked scores became ${typeof other === "number" ? other : "others"}`;
    assertClose(what, await toHost(changed), await toHost(weights), tolerance);
    const parameter = new Parameter(where(mask, scores, other));
    const gradient = gradientFor(parameter, () => normalizer.normalize(parameter, mask), draw.randn(...scores.shape));
    const none = host(new Float64Array(scores.size), scores.shape);
    assertClose("the gradient for masked scores", await toHost(where(mask, 0, gradient)), none, 0);
    await assertFinite("the gradient for the other scores", gradient);
  }
  await assertMasksAgree(trial);
}

/** The same mask in other shapes, and one that masks nothing, give the same weights. */
async function assertMasksAgree({ normalizer, scores, mask, tolerance }: NormalizerTrial): Promise<void> {
  const expected = await toHost(normalizer.normalize(scores, mask));
  const whole = expand(mask, { shape: scores.shape });
  assertClose(
    "the weights with a mask for each query",
    await toHost(normalizer.normalize(scores, whole)),
    expected,
    tolerance,
  );
  const open = tensor(new Uint8Array(scores.size).fill(1), { shape: scores.shape, dtype: "bool" });
  const free = await toHost(normalizer.normalize(scores, null));
  assertClose(
    "the weights with a mask that is true",
    await toHost(normalizer.normalize(scores, open)),
    free,
    tolerance,
  );
  const [b, q, k] = scores.shape as [number, number, number];
  const rows = tensor(
    Uint8Array.from({ length: b * q }, (_, i) => (i === 0 ? 0 : 1)),
    { shape: [b, q, 1], dtype: "bool" },
  );
  const closed = { shape: scores.shape, values: Array.from(free.values, (value, i) => (i < k ? 0 : value)) };
  assertClose(
    "the weights with a mask of whole rows",
    await toHost(normalizer.normalize(scores, rows)),
    closed,
    tolerance,
  );
}

export async function checkPadding({
  normalizer,
  scores,
  mask,
  sample: { b, k },
  tolerance,
}: NormalizerTrial): Promise<void> {
  for (const count of [1, 2, 5, 16, 32]) {
    const own = tensor(
      Uint8Array.from({ length: b * (k + count) }, (_, i) => (i % (k + count) < k ? 1 : 0)),
      { shape: [b, 1, k + count], dtype: "bool" },
    );
    for (const [rule, name] of [
      [null, ""],
      [mask, " and a mask"],
    ] as const) {
      const both = rule ? logicalAnd(own, concat([rule, zerosLike(rule, count)], { axis: 2 })) : own;
      const padded = normalizer.normalize(pad(scores, { axis: 2, after: count, value: 7 }), both);
      const short = await toHost(normalizer.normalize(scores, rule));
      const cut = await toHost(slice(padded, { axis: 2, start: 0, end: k }));
      assertClose(`the weights with ${count} keys of padding${name}`, cut, short, tolerance);
    }
  }
}

function zerosLike(mask: Tensor, count: number): Tensor {
  const shape = [...mask.shape.slice(0, -1), count];
  return tensor(new Uint8Array(shape.reduce((a, b) => a * b, 1)), { shape, dtype: "bool" });
}

export async function checkEmptyRow({
  normalizer,
  scores: drawn,
  sample: { b, k },
  draw,
}: NormalizerTrial): Promise<void> {
  const none = host(new Float64Array(drawn.size), drawn.shape);
  const one = tensor(
    Uint8Array.from({ length: b * k }, (_, i) => (i < k * (b - 1) ? 1 : 0)),
    { shape: [b, 1, k], dtype: "bool" },
  );
  const last = tensor(
    Uint8Array.from({ length: b }, (_, i) => (i === b - 1 ? 0 : 1)),
    { shape: [b, 1, 1], dtype: "bool" },
  );
  for (const scores of [drawn, mul(drawn, 1e4), zeros(drawn.shape)]) {
    for (const mask of [draw.nothing(b, 1, k), draw.nothing(1, 1, 1), one, last]) {
      const parameter = new Parameter(scores);
      const cotangent = draw.randn(...scores.shape);
      const weights = normalizer.normalize(parameter, mask);
      const gradient = gradientFor(parameter, () => normalizer.normalize(parameter, mask), cotangent);
      const what = `with nothing to attend in ${mask === one || mask === last ? "the last sentence" : "any sentence"}`;
      assertClose(`the weights ${what}`, await toHost(where(mask, 0, weights)), none, 0);
      assertClose(`the gradient ${what}`, await toHost(where(mask, 0, gradient)), none, 0);
      await assertFinite(`the weights ${what}`, weights);
      await assertFinite(`the gradient ${what}`, gradient);
    }
  }
}

export async function checkPermutation(trial: NormalizerTrial): Promise<void> {
  const { normalizer, scores, mask, tolerance } = trial;
  const order = shuffled(trial.sample.k);
  const permuted = normalizer.normalize(pick(scores, 2, order), pick(mask, 2, order));
  const expected = pick(normalizer.normalize(scores, mask), 2, order);
  const what = `the weights of the keys in the order ${order.join(", ")}`;
  assertClose(what, await toHost(permuted), await toHost(expected), tolerance);
}

export async function checkAlone({
  normalizer,
  scores,
  mask,
  sample: { b, q },
  draw,
  tolerance,
}: NormalizerTrial): Promise<void> {
  const all = normalizer.normalize(scores, mask);
  const rows = Array.from({ length: b }, (_, sentence) => {
    const [own, rule] = [pick(scores, 0, [sentence]), pick(mask, 0, [sentence])];
    return concat(
      Array.from({ length: q }, (_, query) => normalizer.normalize(pick(own, 1, [query]), rule)),
      { axis: 1 },
    );
  });
  const expected = await toHost(all);
  assertClose("the weights of one row at a time", await toHost(concat(rows, { axis: 0 })), expected, tolerance);
  const both = normalizer.normalize(
    concat([scores, draw.randn(...scores.shape)], { axis: 0 }),
    concat([mask, mask], { axis: 0 }),
  );
  const first = await toHost(slice(both, { axis: 0, start: 0, end: b }));
  assertClose("the weights with other sentences in the batch", first, expected, tolerance);
  const [, , k] = scores.shape as [number, number, number];
  const lone = normalizer.normalize(pick(pick(scores, 0, [0]), 1, [0]).reshape(k), pick(mask, 0, [0]).reshape(k));
  const row = { shape: [k], values: Array.from(expected.values).slice(0, k) };
  assertClose("the weights of a row without an axis for queries", await toHost(lone), row, tolerance);
  const other = mul(scores, 2);
  const heads = [scores, other].map((each) => expandDims(each, { axis: 1 }));
  const together = normalizer.normalize(concat(heads, { axis: 1 }), expandDims(mask, { axis: 1 }));
  for (const [head, own] of [all, normalizer.normalize(other, mask)].entries())
    assertClose(
      `the weights of head ${head} of 2`,
      await toHost(pick(together, 1, [head]).reshape(...own.shape)),
      await toHost(own),
      tolerance,
    );
  const elsewhere = withOtherGlobals(() => normalizer.normalize(scores, mask));
  assertClose(
    "the weights of a call with another clock and other values of Math.random",
    await toHost(elsewhere),
    expected,
    0,
  );
  for (let call = 2; call <= 12; call++) {
    const again = await toHost(normalizer.normalize(scores, mask));
    assertClose(`the weights of call ${call}`, again, expected, 0);
  }
}

export async function checkOrder(trial: NormalizerTrial): Promise<void> {
  const { normalizer, tolerance, sample } = trial;
  for (const [name, [scores, mask]] of Object.entries(cases(trial))) {
    const { k } = sample;
    const [from, to] = [await scores.data(), await normalizer.normalize(scores, mask).data()];
    const open = mask ? await expand(mask, { shape: scores.shape }).data() : null;
    for (let row = 0; row < from.length; row += k) {
      for (let i = row; i < row + k; i++) {
        for (let j = row; j < row + k; j++) {
          if (open && !(open[i] && open[j])) continue;
          // Scores that are all but equal may change places by rounding.
          if (from[i]! <= from[j]! + 1e-6 || to[i]! >= to[j]! - tolerance) continue;
          throw new CheckError(
            `of the ${name} ${from[i]} and ${from[j]}, the higher one weighs ${to[i]}, less than the other, ${to[j]}.`,
          );
        }
      }
    }
  }
}

export async function checkLeaks({ normalizer, scores, mask, draw }: NormalizerTrial): Promise<void> {
  const parameter = new Parameter(scores);
  const cotangent = draw.randn(...scores.shape);
  const before = memoryOf().buffers;
  scope(() => void gradientFor(parameter, () => normalizer.normalize(parameter, mask), cotangent));
  const left = memoryOf().buffers - before;
  if (left !== 0) throw new CheckError(`${left} buffers are still alive after a scope that returns nothing.`);
}
