import { HeedError, Random } from "@heed/core";
import { type IdPair, makeBatch } from "@heed/datasets";
import { Adam, type Optimizer, SGD } from "@heed/nn";
import { type Seq2SeqModel, uploadBatch } from "@heed/seq2seq";
import { add, cpu, keep, memory, type Parameter, tensor, use } from "@heed/tensor";
import { assertClose, toHost } from "@heed/tensor/testing";
import { beforeEach, expect, test } from "vitest";
import { builtInRecipes } from "../recipes/index.js";
import { computeGradients, type Reduction, trainStep, updateParameters } from "./train-step.js";

const specials = { padId: 0, sosId: 1, eosId: 2 };
const layout = { source: specials, target: specials };
const vocabulary = { size: 7, ...specials };
const pairs: readonly IdPair[] = [
  { source: [3, 4, 5, 6], target: [3, 4, 5, 6] },
  { source: [5], target: [5] },
  { source: [6, 3], target: [6, 3] },
];

const build = (): Seq2SeqModel =>
  builtInRecipes
    .find(({ name }) => name === "copy")!
    .build(
      { embeddingSize: 4, hiddenSize: 6 },
      { source: vocabulary, target: vocabulary, sharedVocabulary: true, random: new Random(5) },
    );

/** One step with the pairs in the given micro-batches. */
const options = (model: Seq2SeqModel, optimizer: Optimizer, rows: readonly number[][]) => ({
  optimizer,
  batches: rows.map((indices) =>
    makeBatch(
      indices.map((i) => pairs[i]!),
      layout,
    ),
  ),
  tokenCount: ({ tokens }: { readonly tokens: number }) => tokens,
  loss: (batch: ReturnType<typeof makeBatch>) => model.loss(uploadBatch(batch), { labelSmoothing: 0.1 }).total,
  learningRate: 0.1,
  clipNorm: 0.5,
});

async function expectSame(actual: Seq2SeqModel, expected: Seq2SeqModel): Promise<void> {
  const references = expected.parameters();
  for (const [name, parameter] of actual.parameters()) {
    assertClose(name, await toHost(parameter), await toHost(references.get(name)!), 1e-12);
  }
}

beforeEach(() => use(cpu({ precision: "f64" })));

test.each([[[[0], [1], [2]]], [[[0, 2], [1]]]])("micro-batches %j give the step of one batch", async (rows) => {
  const [one, several] = [build(), build()];
  const whole = await trainStep(options(one, new Adam(one.parameters()), [[0, 1, 2]]));
  const parts = await trainStep(options(several, new Adam(several.parameters()), rows));
  expect(parts.loss).toBeCloseTo(whole.loss, 12);
  expect(whole.tokens).toBe(10);
  expect(parts.tokens).toBe(10);
  await expectSame(several, one);
});

test("the three parts are a step", async () => {
  const [one, other] = [build(), build()];
  await trainStep(options(one, new SGD(one.parameters()), [[0, 1]]));
  const optimizer = new SGD(other.parameters());
  const step = options(other, optimizer, [[0, 1]]);
  await computeGradients(step);
  updateParameters(optimizer, step);
  await expectSame(other, one);
});

test("two processes give the step of one process with both batches", async () => {
  const one = build();
  await trainStep(options(one, new SGD(one.parameters()), [[0, 1, 2]]));
  const [left, right] = [build(), build()];
  const { left: forLeft, right: forRight } = connect(left.parameters(), right.parameters());
  const [a, b] = await Promise.all([
    trainStep({ ...options(left, new SGD(left.parameters()), [[0], [1]]), reduction: forLeft }),
    trainStep({ ...options(right, new SGD(right.parameters()), [[2]]), reduction: forRight }),
  ]);
  expect(a).toEqual(b);
  expect(a.tokens).toBe(10);
  await expectSame(left, one);
  await expectSame(right, one);
});

test("a step leaves nothing but the optimizer's state, and reports where each loss is computed", async () => {
  const model = build();
  const optimizer = new SGD(model.parameters());
  const before = memory().buffers;
  const places: unknown[] = [];
  const step = options(model, optimizer, [[0], [1]]);
  await trainStep({
    ...step,
    step: 7,
    loss: (batch, context) => {
      places.push(context);
      return step.loss(batch);
    },
  });
  expect(memory().buffers).toBe(before);
  expect(places).toEqual([
    { step: 7, microBatch: 0 },
    { step: 7, microBatch: 1 },
  ]);
});

test("a loss that is not finite changes no parameter", async () => {
  const model = build();
  const optimizer = new SGD(model.parameters());
  const before = await model.stateDict();
  const step = options(model, optimizer, [[0]]);
  const { loss } = await trainStep({ ...step, loss: (batch) => step.loss(batch).mul(Number.NaN) });
  expect(loss).toBeNaN();
  expect(await model.stateDict()).toEqual(before);
  expect([...model.parameters().values()].every(({ grad }) => grad === null)).toBe(true);
});

test("an error in a later micro-batch frees all losses and gradients", async () => {
  const model = build();
  const optimizer = new SGD(model.parameters());
  const before = memory().buffers;
  const step = options(model, optimizer, [[0], [1]]);
  const failing = trainStep({
    ...step,
    loss: (batch, { microBatch }) => {
      if (microBatch === 1) throw new Error("the second batch");
      return step.loss(batch);
    },
  });
  await expect(failing).rejects.toThrow("the second batch");
  expect(memory().buffers).toBe(before);
  const reduction = {
    sum: (values: readonly number[]) => values,
    gradients: () => Promise.reject(new Error("offline")),
  };
  await expect(trainStep({ ...step, reduction })).rejects.toThrow("offline");
  expect(memory().buffers).toBe(before);
});

test("arguments that do not fit are refused", async () => {
  const model = build();
  const optimizer = new SGD(model.parameters());
  const before = [memory().buffers, await model.stateDict()];
  const step = options(model, optimizer, [[0]]);
  const wrong = <T>(value: T): never => value as never;
  const refused = async (change: object, message: string): Promise<void> => {
    const error = await trainStep({ ...step, ...change }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HeedError);
    expect((error as Error).message).toContain(message);
  };
  await refused({ batches: [] }, "batches must have at least one batch, got none.");
  for (const count of [0, -1, Number.NaN]) {
    await refused({ tokenCount: () => count }, `tokenCount must return a number above 0, got ${count}.`);
  }
  await refused({ learningRate: Number.NaN }, "learningRate must be a finite number, got NaN.");
  await refused({ loss: () => tensor([1, 2]) }, "loss must return a scalar tensor, got a tensor of shape [2].");
  await refused({ loss: () => wrong(undefined) }, "loss must return a scalar tensor, got undefined.");
  await refused({ loss: () => wrong(3) }, "loss must return a scalar tensor, got number.");
  await refused({ loss: async () => wrong(3) }, "loss must return a scalar tensor, got a promise.");
  expect([memory().buffers, await model.stateDict()]).toEqual(before);
});

/** Two processes in one: each sum waits for the values of both. */
function connect(
  left: ReadonlyMap<string, Parameter>,
  right: ReadonlyMap<string, Parameter>,
): { left: Reduction; right: Reduction } {
  let waiting: { values: readonly number[]; resolve: (sums: readonly number[]) => void } | null = null;
  const sum = (values: readonly number[]): Promise<readonly number[]> =>
    new Promise((resolve) => {
      if (!waiting) {
        waiting = { values, resolve };
        return;
      }
      const { values: others, resolve: resolveOther } = waiting;
      waiting = null;
      const sums = values.map((value, i) => value + others[i]!);
      resolveOther(sums);
      resolve(sums);
    });
  let reduced: Promise<void> | null = null;
  const gradients = async (): Promise<void> => {
    await sum([0]);
    reduced ??= (async () => {
      for (const [name, parameter] of left) {
        const other = right.get(name)!;
        const [a, b] = [parameter.grad!, other.grad!];
        [parameter.grad, other.grad] = [keep(add(a, b)), keep(add(a, b))];
        a.dispose();
        b.dispose();
      }
    })();
    await reduced;
  };
  return { left: { sum, gradients }, right: { sum, gradients } };
}
