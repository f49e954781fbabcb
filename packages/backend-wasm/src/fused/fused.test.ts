import {
  additiveScores,
  attention,
  cpu,
  Draw,
  dropout,
  embedding,
  entmax15,
  gru,
  gruStep,
  layerNorm,
  linear,
  logSoftmax,
  lstm,
  lstmStep,
  maskedSigmoid,
  maskedSoftmax,
  matmul,
  Parameter,
  rnn,
  rnnStep,
  scope,
  softmax,
  softmaxCrossEntropy,
  sparsemax,
  stack,
  sum,
  Tensor,
  tensor,
  unstack,
  use,
  valueAndGrad,
} from "@heed/tensor";
import { assertClose, host } from "@heed/tensor/testing";
import { describe, expect, test } from "vitest";
import { createWasm } from "../wasm.js";

/** Draws a trainable tensor. */
type Learn = (...shape: number[]) => Parameter;
type Results = Tensor | readonly Tensor[];

/** Every fused kernel on sizes beyond a vector or two: whole vectors, remainders, several tiles. */
const cases: readonly (readonly [name: string, compute: (learn: Learn, draw: Draw) => Results])[] = [
  ["linear", (learn) => linear(learn(3, 7, 45), learn(70, 45), learn(70))],
  [
    "linear of one row, used again",
    (learn) => {
      const [weight, x] = [learn(150, 61), learn(1, 61)];
      return [linear(x, weight, null), linear(x, weight, null), linear(x, weight, learn(150))];
    },
  ],
  ["softmax", (learn) => softmax(learn(5, 37), { axis: -1 })],
  ["logSoftmax", (learn) => logSoftmax(learn(5, 37), { axis: 1 })],
  ["maskedSoftmax", (learn, { mask }) => maskedSoftmax(learn(4, 3, 37), mask(4, 1, 37))],
  ["maskedSoftmax, one column for all keys", (learn, { mask }) => maskedSoftmax(learn(4, 3, 11), mask(4, 3, 1))],
  ["maskedSoftmax, fewer axes", (learn, { mask }) => maskedSoftmax(learn(2, 4, 3, 21), mask(3, 21))],
  ["sparsemax", (learn) => sparsemax(learn(5, 37), null)],
  ["sparsemax, masked", (learn, { mask }) => sparsemax(learn(4, 3, 37), mask(4, 1, 37))],
  ["sparsemax, one column for all keys", (learn, { mask }) => sparsemax(learn(4, 3, 11), mask(4, 3, 1))],
  ["entmax15", (learn) => entmax15(learn(5, 37), null)],
  ["entmax15, masked", (learn, { mask }) => entmax15(learn(4, 3, 37), mask(4, 1, 37))],
  ["entmax15, fewer axes", (learn, { mask }) => entmax15(learn(2, 4, 3, 21), mask(3, 21))],
  ["maskedSigmoid", (learn, { mask }) => maskedSigmoid(learn(4, 3, 37), mask(4, 1, 37))],
  ["maskedSigmoid, no mask", (learn) => maskedSigmoid(learn(5, 37), null)],
  ["softmaxCrossEntropy", (learn, { ids }) => softmaxCrossEntropy(learn(3, 9, 83), ids(83, 3, 9), { ignoreIndex: 5 })],
  [
    "softmaxCrossEntropy, smoothed",
    (learn, { ids }) => softmaxCrossEntropy(learn(12, 41), ids(41, 12), { labelSmoothing: 0.2 }),
  ],
  ["layerNorm", (learn) => layerNorm(learn(6, 51), learn(51), learn(51))],
  ["embedding", (learn, { ids }) => embedding(learn(13, 27), ids(13, 5, 8), { paddingIndex: 2 })],
  ["dropout", (learn) => dropout(learn(33, 17), { probability: 0.3, seed: 4_100_000_000 })],
  ["additiveScores", (learn) => additiveScores(learn(3, 4, 30), learn(3, 5, 30), learn(30))],
  ["additiveScores, one query", (learn) => additiveScores(learn(3, 1, 21), learn(3, 9, 21), learn(21))],
  [
    "attention",
    (learn, { mask }) => attention(learn(2, 3, 9, 20), learn(2, 3, 18, 20), learn(2, 3, 18, 11), mask(2, 1, 1, 18)),
  ],
  ["attention, context alone", (learn) => attention(learn(4, 9, 20), learn(4, 18, 20), learn(4, 18, 24), null)[0]],
  ["attention, weights alone", (learn) => attention(learn(4, 9, 20), learn(4, 18, 20), learn(4, 18, 24), null)[1]],
  ["rnnStep", (learn) => rnnStep(learn(7, 19), learn(7, 19), learn(19, 19), learn(19))],
  ["gruStep", (learn) => gruStep(learn(7, 57), learn(7, 19), learn(57, 19), learn(57))],
  ["lstmStep", (learn) => lstmStep(learn(7, 76), learn(7, 19), learn(7, 19), learn(76, 19), learn(76))],
  [
    "rnn",
    (learn, { lengths }) =>
      rnn(learn(7, 5, 9), learn(7, 26), learn(26, 9), learn(26, 26), learn(26), learn(26), lengths(5, 7)),
  ],
  [
    "gru",
    (learn, { lengths }) =>
      gru(learn(7, 5, 9), learn(7, 26), learn(78, 9), learn(78, 26), learn(78), learn(78), lengths(5, 7)),
  ],
  [
    "gru, backwards",
    (learn, { lengths }) =>
      gru(learn(7, 5, 9), learn(7, 26), learn(78, 9), learn(78, 26), null, null, lengths(5, 7), { reverse: true }),
  ],
  [
    "gru, last state alone",
    (learn) => gru(learn(7, 5, 9), learn(7, 16), learn(48, 9), learn(48, 16), learn(48), learn(48), null)[1],
  ],
  [
    "lstm",
    (learn, { lengths }) =>
      lstm(
        learn(7, 5, 9),
        learn(7, 26),
        learn(7, 26),
        learn(104, 9),
        learn(104, 26),
        learn(104),
        learn(104),
        lengths(5, 7),
        { reverse: true },
      ),
  ],
  [
    "lstm, outputs alone",
    (learn) => lstm(learn(3, 4, 9), learn(3, 8), learn(3, 8), learn(32, 9), learn(32, 8), null, null, null)[0],
  ],
  [
    "unstack and stack, the first unused",
    (learn) => {
      const [, ...rest] = unstack(learn(4, 5, 6), { axis: -2 });
      return stack(rest, { axis: 0 });
    },
  ],
  ["products by one matrix for all", (learn) => matmul(learn(4, 9, 20), learn(20, 70))],
];

async function run(compute: (learn: Learn, draw: Draw) => Results): Promise<{ values: Tensor[]; gradients: Tensor[] }> {
  const draw = new Draw(9);
  const parameters: Parameter[] = [];
  let turn = 0;
  // The same parameters each time that the function runs.
  const learn: Learn = (...shape) => {
    parameters[turn] ??= new Parameter(draw.randn(...shape).mul(0.5));
    return parameters[turn++]!;
  };
  const evaluate = (): readonly Tensor[] => {
    turn = 0;
    const made = compute(learn, new Draw(17));
    return made instanceof Tensor ? [made] : made;
  };
  const values = scope(() => [...evaluate()]);
  const { gradients } = valueAndGrad(() => {
    const weights = new Draw(23);
    return evaluate()
      .map((output) => sum(output.mul(weights.randn(...output.shape))))
      .reduce((total, term) => total.add(term));
  }, parameters);
  return { values, gradients: gradients.map((gradient, i) => gradient ?? parameters[i]!.mul(0)) };
}

describe.each(["128", "256"] as const)("fused kernels, %s bits", (simd) => {
  test.each(cases)("%s: as the reference", async (name, compute) => {
    await use(cpu({ precision: "f64" }));
    const expected = await run(compute);
    const { backend } = await createWasm({ simd, threads: 1 });
    await use(backend);
    const actual = await run(compute);
    for (const [kind, tolerance] of [
      ["values", 1e-5],
      ["gradients", 1e-5],
    ] as const) {
      for (const [index, tensor] of expected[kind].entries()) {
        const other = actual[kind][index]!;
        const what = `${name}: ${kind} ${index + 1}`;
        assertClose(what, host(other.dataSync(), other.shape), host(tensor.dataSync(), tensor.shape), tolerance);
      }
    }
  });
});

test("every operation that is worth a kernel of its own has one", async () => {
  const { backend } = await createWasm({ threads: 1 });
  const ops = "linear layerNorm embedding dropout additiveScores softmax maskedSoftmax logSoftmax attention";
  const more = "softmaxCrossEntropy gru gruStep lstm lstmStep rnn rnnStep adamStep stack unstack sparsemax entmax15";
  expect(backend.fused?.map(({ op }) => op.opName)).toEqual(expect.arrayContaining(`${ops} ${more}`.split(" ")));
});

test("an id outside of the table, or of the classes, is an error that names it", async () => {
  await use((await createWasm({ threads: 1 })).backend);
  const { randn } = new Draw(1);
  expect(() => embedding(randn(5, 3), tensor(new Int32Array([1, 5])))).toThrow("must be an index from 0 to 4, got 5");
  expect(() => softmaxCrossEntropy(randn(2, 4), tensor(new Int32Array([0, -1])))).toThrow(
    "softmaxCrossEntropy: targets[1] must be an index from 0 to 3, got -1",
  );
});
