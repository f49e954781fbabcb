import { Adam, SGD } from "@heed/nn";
import { cpu, log, memory, scope, sqrt, type Tensor, tensor, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { Line, points, squaredError } from "../../testing/line.js";
import type { FitEpochEvent, StepEvent } from "../events.js";
import { DivergenceError } from "../training-error.js";
import { fit as fitModule, noProgress } from "./fit.js";

beforeEach(() => use(cpu()));

test("learns, reports every step and epoch, and leaks nothing", async () => {
  const model = new Line();
  const optimizer = new Adam(model.parameters());
  const events: (StepEvent | FitEpochEvent)[] = [];
  const buffers: number[] = [];
  const result = await fitModule({
    model,
    optimizer,
    epochs: 60,
    batches: () => points,
    loss: (point) => squaredError(model, point),
    learningRate: 0.1,
    on: (event) => {
      events.push(event);
      if (event.event === "epoch") buffers.push(memory().buffers);
    },
  });
  expect(result.reason).toBe("epochs");
  expect(result.progress).toMatchObject({ epoch: 60, step: 240 });
  const last = events.at(-1) as FitEpochEvent;
  expect(last.trainLoss).toBeLessThan(1e-3);
  expect(last).toMatchObject({ validLoss: null, validAccuracy: null, learningRate: 0.1, step: 240 });
  const weights = await model.layer.weight.data();
  expect(weights[0]).toBeCloseTo(2, 1);
  expect(weights[1]).toBeCloseTo(-1, 1);
  expect(events.filter(({ event }) => event === "step").map(({ step }) => step)).toEqual(
    Array.from({ length: 240 }, (_, i) => i + 1),
  );
  expect(new Set(buffers).size).toBe(1);
  expect(model.training).toBe(false);
  optimizer.dispose();
  model.dispose();
  expect(memory().buffers).toBe(0);
});

test("the epoch's loss is the mean over tokens, not over batches", async () => {
  const model = new Line();
  const losses = [1, 4];
  let epoch: FitEpochEvent | undefined;
  await fitModule({
    model,
    optimizer: new SGD(model.parameters()),
    epochs: 1,
    batches: () => losses,
    // The input is 0, so the loss does not depend on the parameters: the sum over the batch's tokens.
    loss: (loss) =>
      model.layer
        .forward(tensor([[0, 0]]))
        .reshape()
        .add(loss * (loss === 1 ? 30 : 10)),
    tokenCount: (loss) => (loss === 1 ? 30 : 10),
    learningRate: 0.1,
    on: (event) => {
      if (event.event === "epoch") epoch = event;
    },
  });
  expect(epoch?.trainLoss).toBe(1.75);
});

test("stops early once the validation loss has not improved for `patience` epochs", async () => {
  const model = new Line();
  const losses = [3, 2, 2.5, 2, 1];
  const best: boolean[] = [];
  let modes: boolean[] = [];
  const result = await fitModule({
    model,
    optimizer: new SGD(model.parameters()),
    epochs: 5,
    batches: () => points,
    loss: (point) => {
      modes = [model.training];
      return squaredError(model, point);
    },
    learningRate: 1e-3,
    patience: 2,
    validate: async () => {
      modes.push(model.training);
      return { loss: losses.shift()!, accuracy: 0.5 };
    },
    on: (event) => {
      if (event.event === "epoch") best.push(event.best);
    },
  });
  expect(result).toEqual({
    reason: "early-stopping",
    progress: { ...noProgress, epoch: 4, step: 16, bestEpoch: 2, bestValue: 2, epochsSinceBest: 2 },
  });
  expect(best).toEqual([true, true, false, false]);
  expect(modes).toEqual([true, false]);
});

test("an aborted signal stops after the current step, and progress includes the steps of the epoch", async () => {
  const model = new Line();
  const control = new AbortController();
  const steps: number[] = [];
  const result = await fitModule({
    model,
    optimizer: new SGD(model.parameters()),
    epochs: 5,
    batches: () => points,
    loss: (point) => squaredError(model, point),
    learningRate: 1e-3,
    signal: control.signal,
    on: ({ event, step }) => {
      if (event === "step") steps.push(step);
      if (step === 6) control.abort();
    },
  });
  expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
  expect(result).toMatchObject({ reason: "interrupted", progress: { epoch: 1, step: 6, batch: 2, tokens: 2 } });
});

test("timers run while the processor is busy", async () => {
  const model = new Line();
  const control = new AbortController();
  setTimeout(() => control.abort(), 20);
  const result = await fitModule({
    model,
    optimizer: new SGD(model.parameters()),
    epochs: 1_000_000,
    batches: () => points,
    loss: (point) => squaredError(model, point),
    learningRate: 1e-9,
    signal: control.signal,
  });
  expect(result.reason).toBe("interrupted");
});

test("a loss that is not finite stops; the message names step and operation", async () => {
  const model = new Line();
  const run = fitModule({
    model,
    optimizer: new SGD(model.parameters()),
    epochs: 9,
    batches: () => points,
    loss: (point) => squaredError(model, point),
    learningRate: 1e20,
  });
  const error = await run.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(DivergenceError);
  expect(error).toMatchObject({ of: "training", epoch: 1, learningRate: 1e20 });
  expect((error as Error).message).toMatch(
    /training loss is (NaN|Infinity) in epoch 1, at step \d, with learning rate 100000000000000000000\. The first value that is not finite came from mul, in a tensor of shape \[\]\. Try a lower/,
  );
});

test.each([
  [1e-3, 1e-3],
  [1e9, 6], // more than the gradient: it stays as it is
  [null, 6],
])("with a clipNorm of %s a step of rate 1 moves the parameters by %s", async (clipNorm, moved) => {
  const model = new Line();
  model.layer.weight.assign(tensor([[5, 0]])); // a loss of 3², with a gradient of [6, 0]
  await fitModule({
    model,
    optimizer: new SGD(model.parameters()),
    epochs: 1,
    batches: () => points.slice(0, 1),
    loss: (point) => squaredError(model, point),
    learningRate: 1,
    clipNorm,
  });
  const [w1, w2] = await model.layer.weight.data();
  expect(Math.abs(5 - w1! - moved)).toBeLessThan(1e-5);
  expect(w2).toBe(0);
});

describe("a value that is not finite", () => {
  /** √(w · x), whose gradient at 0 is infinite. */
  const rootOf = (model: Line, x: number[]): Tensor =>
    sqrt(
      model.layer
        .forward(tensor([x]))
        .reshape()
        .mul(1),
    );
  const run = async (options: Partial<Parameters<typeof fitModule<number[]>>[0]>): Promise<DivergenceError> => {
    const model = new Line();
    scope(() => model.layer.weight.assign(tensor([[0, 1]])));
    const before = memory().buffers;
    const error = await fitModule({
      model,
      optimizer: new SGD(model.parameters()),
      epochs: 3,
      batches: () => [
        [0, 4],
        [2, 0],
        [0, 9],
      ],
      loss: (x) => rootOf(model, x),
      learningRate: 0.1,
      ...options,
    }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(memory().buffers).toBe(before);
    return error as DivergenceError;
  };

  test("in a gradient is found in the step that produced it", async () => {
    const error = await run({});
    expect(error).toMatchObject({ step: 3, source: { step: 2, op: "sqrt", gradient: true, shape: [] } });
    expect(error.message).toContain(
      "The first value that is not finite came from the gradient of sqrt of step 2, in a tensor of shape [].",
    );
  });

  test("in the validation loss is found, too", async () => {
    const error = await run({
      batches: () => [[0, 4]],
      validate: async () => {
        const value = scope(() => log(tensor(-1)));
        const loss = await value.item();
        value.dispose();
        return { loss, accuracy: 0 };
      },
    });
    expect(error).toMatchObject({ of: "validation", step: 1, source: { step: 1, op: "log", gradient: false } });
  });

  test("in an update that overflows is not attributed to an operation", async () => {
    const model = new Line();
    const run = fitModule({
      model,
      optimizer: new SGD(model.parameters()),
      epochs: 1,
      batches: () => points.slice(0, 2),
      loss: () => model.layer.forward(tensor([[1e10, 1e10]])).reshape(),
      learningRate: 1e38,
    });
    await expect(run).rejects.toMatchObject({ step: 2, source: { step: 1, op: null } });
    await expect(run).rejects.toThrow("came from the update of the parameters of step 1 (clipping or the optimizer).");
  });
});

test.each([0, -1, 1.5, Number.NaN])("accumulate: %s is refused", async (accumulate) => {
  const model = new Line();
  const options = { model, optimizer: new SGD(model.parameters()), epochs: 1, learningRate: 1, batches: () => points };
  const run = fitModule({ ...options, accumulate, loss: (point) => squaredError(model, point) });
  await expect(run).rejects.toThrow(`fit: accumulate must be a positive integer, got ${accumulate}.`);
});

test("an epoch without batches is refused", async () => {
  const model = new Line();
  const options = { model, optimizer: new SGD(model.parameters()), epochs: 1, learningRate: 1 };
  await expect(fitModule({ ...options, batches: () => [], loss: () => tensor(1) })).rejects.toThrow("has no batch");
});
