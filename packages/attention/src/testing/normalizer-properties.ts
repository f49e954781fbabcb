import {
  concat,
  expandDims,
  formatShape,
  mul,
  Parameter,
  pad,
  sameShape,
  slice,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  where,
  zeros,
} from "@heed/tensor";
import { assertClose, CheckError, checkGradients, host, toHost } from "@heed/tensor/testing";
import { assertFinite } from "./assert-finite.js";
import type { NormalizerTrial } from "./normalizer-trial.js";
import { pick, shuffled } from "./pick.js";

const tolerance = 1e-9;

/** Scores as they are, far apart, all alike, and with an axis for heads; each with its mask. */
function cases({ scores, mask }: NormalizerTrial): Record<string, readonly [scores: Tensor, mask: Tensor | null]> {
  return {
    scores: [scores, null],
    "masked scores": [scores, mask],
    "scores in the thousands": [mul(scores, 1e4), mask],
    "equal scores": [zeros(scores.shape), mask],
    "scores of two heads": [
      concat([expandDims(scores, { axis: 1 }), expandDims(mul(scores, 2), { axis: 1 })], { axis: 1 }),
      expandDims(mask, { axis: 1 }),
    ],
  };
}

export async function checkWeights(trial: NormalizerTrial): Promise<void> {
  for (const [name, [scores, mask]] of Object.entries(cases(trial))) {
    const weights = trial.normalizer.normalize(scores, mask);
    if (!sameShape(weights.shape, scores.shape)) {
      throw new CheckError(
        `the weights of ${name} are ${formatShape(weights.shape)} instead of ${formatShape(scores.shape)}.`,
      );
    }
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
    const what = `the sum of the weights of ${name} (say \`sumsToOne: false\` if it need not be 1)`;
    assertClose(what, await toHost(sums), ones, tolerance);
  }
}

export async function checkMasked({ normalizer, scores, mask, draw }: NormalizerTrial): Promise<void> {
  const weights = normalizer.normalize(scores, mask);
  const none = host(new Float64Array(scores.size), scores.shape);
  assertClose("the weights of masked keys", await toHost(where(mask, 0, weights)), none, 0);
  const other = normalizer.normalize(where(mask, scores, draw.randn(...scores.shape).mul(100)), mask);
  assertClose("the weights after masked scores changed", await toHost(other), await toHost(weights), tolerance);
  const parameter = new Parameter(scores);
  const gradient = gradientOf(() => normalizer.normalize(parameter, mask), parameter, draw.randn(...scores.shape));
  assertClose("the gradient for masked scores", await toHost(where(mask, 0, gradient)), none, 0);
}

export async function checkPadding({ normalizer, scores, sample: { b, k } }: NormalizerTrial): Promise<void> {
  const mask = tensor(
    Uint8Array.from({ length: b * (k + 2) }, (_, i) => (i % (k + 2) < k ? 1 : 0)),
    { shape: [b, 1, k + 2], dtype: "bool" },
  );
  const padded = normalizer.normalize(pad(scores, { axis: 2, after: 2, value: 7 }), mask);
  const short = await toHost(normalizer.normalize(scores, null));
  assertClose(
    "the weights with 2 keys of padding",
    await toHost(slice(padded, { axis: 2, start: 0, end: k })),
    short,
    tolerance,
  );
}

export async function checkEmptyRow({ normalizer, scores, sample: { b, k }, draw }: NormalizerTrial): Promise<void> {
  const mask = draw.nothing(b, 1, k);
  const none = host(new Float64Array(scores.size), scores.shape);
  const parameter = new Parameter(scores);
  assertClose("the weights with nothing to attend", await toHost(normalizer.normalize(parameter, mask)), none, 0);
  const gradient = gradientOf(() => normalizer.normalize(parameter, mask), parameter, draw.randn(...scores.shape));
  assertClose("the gradient with nothing to attend", await toHost(gradient), none, 0);
}

export async function checkPermutation({ normalizer, scores, mask, sample: { k } }: NormalizerTrial): Promise<void> {
  const order = shuffled(k);
  const permuted = normalizer.normalize(pick(scores, 2, order), pick(mask, 2, order));
  const expected = pick(normalizer.normalize(scores, mask), 2, order);
  const what = `the weights of the keys in the order ${order.join(", ")}`;
  assertClose(what, await toHost(permuted), await toHost(expected), tolerance);
}

export async function checkAlone({ normalizer, scores, mask, sample: { b, q } }: NormalizerTrial): Promise<void> {
  const all = normalizer.normalize(scores, mask);
  const rows = Array.from({ length: b }, (_, sentence) => {
    const [own, rule] = [pick(scores, 0, [sentence]), pick(mask, 0, [sentence])];
    return concat(
      Array.from({ length: q }, (_, query) => normalizer.normalize(pick(own, 1, [query]), rule)),
      { axis: 1 },
    );
  });
  assertClose(
    "the weights of one row at a time",
    await toHost(concat(rows, { axis: 0 })),
    await toHost(all),
    tolerance,
  );
  assertClose("the weights of a second call", await toHost(normalizer.normalize(scores, mask)), await toHost(all), 0);
}

export async function checkOrder({ normalizer, scores, sample: { k } }: NormalizerTrial): Promise<void> {
  const [from, to] = [await scores.data(), await normalizer.normalize(scores, null).data()];
  for (let row = 0; row < from.length; row += k) {
    for (let i = row; i < row + k; i++) {
      for (let j = row; j < row + k; j++) {
        if (from[i]! <= from[j]! || to[i]! >= to[j]! - tolerance) continue;
        throw new CheckError(
          `of the scores ${from[i]} and ${from[j]}, the higher one weighs ${to[i]}, less than the other, ${to[j]}.`,
        );
      }
    }
  }
}

export async function checkAllGradients({ normalizer, scores: drawn, mask, draw }: NormalizerTrial): Promise<void> {
  const cotangent = draw.randn(...drawn.shape);
  for (const [name, rule] of [
    ["scores", null],
    ["masked scores", mask],
  ] as const) {
    const scores = new Parameter(drawn);
    await checkGradients(() => sum(mul(normalizer.normalize(scores, rule), cotangent)), { [name]: scores });
  }
}

function gradientOf(weigh: () => Tensor, scores: Parameter, cotangent: Tensor): Tensor {
  const { gradients } = valueAndGrad(() => sum(mul(weigh(), cotangent)), [scores]);
  return gradients[0] ?? zeros(scores.shape);
}
