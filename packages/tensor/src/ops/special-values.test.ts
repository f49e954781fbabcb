import { beforeEach, describe, expect, test } from "vitest";
import {
  argmax,
  argmin,
  cpu,
  entmax15,
  maskedSoftmax,
  maxWithIndices,
  mul,
  Parameter,
  pow,
  relu,
  rnn,
  softmaxCrossEntropy,
  sparsemax,
  sum,
  type Tensor,
  tensor,
  use,
} from "../index.js";

beforeEach(async () => {
  await use(cpu());
});

const values = (x: Tensor): number[] => Array.from(x.dataSync());
const integers = (...list: number[]): Tensor => tensor(new Int32Array(list));

test("NaN counts as the largest and as the smallest entry, and the first one is found", () => {
  const x = tensor([
    [1, Number.NaN, 3, Number.NaN],
    [Number.NaN, Number.POSITIVE_INFINITY, 0, 0],
    [Number.NEGATIVE_INFINITY, 5, 9, 2],
  ]);
  expect(values(argmax(x, { axis: 1 }))).toEqual([1, 0, 2]);
  expect(values(argmin(x, { axis: 1 }))).toEqual([1, 0, 0]);
  expect(values(maxWithIndices(x, { axis: 1 })[0])).toEqual([Number.NaN, Number.NaN, 9]);
});

test("powers of 1 and −1 are those of IEEE 754", () => {
  const endless = Number.POSITIVE_INFINITY;
  const powers = pow(
    tensor([1, 1, 1, -1, -1, -1, 0, -8]),
    tensor([Number.NaN, endless, -endless, endless, -endless, Number.NaN, 0, 1 / 3]),
  );
  expect(values(powers)).toEqual([1, 1, 1, 1, 1, Number.NaN, 1, Number.NaN]);
});

describe("masked scores", () => {
  const [nan, endless] = [Number.NaN, Number.POSITIVE_INFINITY];
  const mask = () => tensor([true, true, false]);
  const weigh = (...scores: number[]) => {
    const x = new Parameter(tensor([scores]));
    const weights = maskedSoftmax(x, mask());
    sum(mul(weights, tensor([1, 2, endless]))).backward();
    return { weights: values(weights), gradient: values(x.grad!) };
  };

  test("may lie below -1e30: the others are weighed as without them", () => {
    expect(weigh(-2e30, -2e30, 0).weights).toEqual([0.5, 0.5, 0]);
    expect(weigh(-3e38, -endless, 0).weights).toEqual([1, 0, 0]);
  });

  test.each([nan, endless, -endless, 3e38])("have no influence, be they %s", (masked) => {
    const [plain, other] = [weigh(0.5, 0.5, 0), weigh(0.5, 0.5, masked)];
    expect(other.weights).toEqual([0.5, 0.5, 0]);
    expect(other.gradient).toEqual(plain.gradient);
    expect(other.gradient[2]).toBe(0);
    expect(values(sparsemax(tensor([[0.25, 0.5, masked]]), mask()))).toEqual([0.375, 0.625, 0]);
    expect(values(entmax15(tensor([[0.5, 0.5, masked]]), mask())).map((x) => x.toFixed(6))).toEqual([
      "0.500000",
      "0.500000",
      "0.000000",
    ]);
  });

  test.each([nan, endless, -endless])("the largest of the others is %s: they have no weights", (largest) => {
    const scores = tensor([[largest, -endless, 0]]);
    for (const op of [maskedSoftmax, sparsemax, entmax15]) expect(values(op(scores, mask()))).toEqual([nan, nan, 0]);
    expect(values(maskedSoftmax(scores, tensor([false])))).toEqual([0, 0, 0]);
  });
});

test("logits of an ignored target have no influence, even when they are NaN", () => {
  const logits = new Parameter(
    tensor([
      [1, 2],
      [Number.NaN, Number.POSITIVE_INFINITY],
    ]),
  );
  const loss = softmaxCrossEntropy(logits, integers(1, 7), { ignoreIndex: 7 });
  loss.backward();
  expect(values(loss)[0]).toBeCloseTo(Math.log1p(Math.exp(-1)), 6);
  expect(values(logits.grad!).slice(2)).toEqual([0, 0]);
});

test("padding has no influence on the state of a recurrent network, even when it is NaN", () => {
  const x = new Parameter(tensor([0.5, Number.NaN]).reshape(1, 2, 1));
  const hidden = new Parameter(tensor([[0.25]]));
  const [, last] = rnn(x, hidden, tensor([[1]]), tensor([[1]]), null, null, integers(1));
  sum(last).backward();
  expect(values(last)[0]).toBeCloseTo(Math.tanh(0.75), 6);
  expect(values(hidden.grad!)[0]).toBeCloseTo(1 - Math.tanh(0.75) ** 2, 6);
  expect(values(x.grad!)[1]).toBe(0);
});

test("relu passes NaN, and the gradient at NaN", () => {
  const x = new Parameter(tensor([Number.NaN, 0, -1, 2]));
  const y = relu(x);
  sum(y).backward();
  expect(values(y)).toEqual([Number.NaN, 0, 0, 2]);
  expect(values(x.grad!)).toEqual([1, 0, 0, 1]);
});
