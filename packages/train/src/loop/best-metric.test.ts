import { findSchedule, MovingAverage, SGD } from "@heed/nn";
import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { Line, points, squaredError } from "../../testing/line.js";
import type { FitEpochEvent } from "../events.js";
import { type EpochMeasures, type FitOptions, type FitResult, fit as fitModule } from "./fit.js";

beforeEach(() => use(cpu()));

/** Runs an epoch for each measure, which `validate` returns. */
async function fitWith(
  measures: readonly EpochMeasures[],
  options: Pick<FitOptions<unknown>, "bestMetric" | "patience" | "average"> & {
    readonly learningRate?: FitOptions<unknown>["learningRate"];
    readonly validate?: () => void;
    readonly model?: Line;
  },
): Promise<{ result: FitResult; events: FitEpochEvent[] }> {
  const { model = new Line(), validate, ...rest } = options;
  const events: FitEpochEvent[] = [];
  let epoch = 0;
  const result = await fitModule({
    ...{ model, optimizer: new SGD(model.parameters()), epochs: measures.length, learningRate: 0.01, ...rest },
    batches: () => points,
    loss: (point) => squaredError(model, point),
    validate: async () => {
      validate?.();
      return measures[epoch++]!;
    },
    on: (event) => {
      if (event.event === "epoch") events.push(event);
    },
  });
  return { result, events };
}

describe("the metric that decides which epoch is best", () => {
  const bleus = [20, 31, 31, 25, 30].map((bleu, i) => ({ loss: 3 - i / 2, accuracy: 0.5, metrics: { bleu } }));

  test("may be one that rises: the first epoch with the best value is the best, and patience counts from it", async () => {
    const { result, events } = await fitWith(bleus, {
      bestMetric: { name: "bleu", higherIsBetter: true },
      patience: 2,
    });
    expect(events.map(({ best, metrics }) => [best, metrics.bleu])).toEqual([
      [true, 20],
      [true, 31],
      [false, 31],
      [false, 25],
    ]);
    expect(result).toMatchObject({
      reason: "early-stopping",
      progress: { epoch: 4, bestEpoch: 2, bestValue: 31, epochsSinceBest: 2 },
    });
  });

  test.each([
    ["loss", false, 5],
    ["accuracy", true, 1],
  ])("may be %s", async (name, higherIsBetter, bestEpoch) => {
    const { result } = await fitWith(bleus, { bestMetric: { name, higherIsBetter } });
    expect(result.progress.bestEpoch).toBe(bestEpoch);
  });

  test("must be measured", async () => {
    const fitting = fitWith(bleus, { bestMetric: { name: "toString", higherIsBetter: true } });
    await expect(fitting).rejects.toThrow(
      'fit: validate must return a finite value of the metric "toString", got undefined; it measured bleu, loss, accuracy.',
    );
    const measures = { loss: 1, accuracy: 0.5, metrics: { bleu: Number.NaN } };
    await expect(fitWith([measures], { bestMetric: { name: "bleu", higherIsBetter: true } })).rejects.toThrow(
      "got NaN",
    );
  });

  test("lowers the rate of the schedule plateau", async () => {
    const learningRate = findSchedule("plateau").create({ learningRate: 0.01, totalSteps: 20 }, { patience: 0 });
    const { result, events } = await fitWith(bleus, {
      bestMetric: { name: "bleu", higherIsBetter: true },
      learningRate,
    });
    expect(events.map((event) => event.learningRate)).toEqual([0.01, 0.01, 0.01, 0.005, 0.0025]);
    expect(result.progress.schedule).toEqual({ best: 31, bad: 0, wait: 0, scale: 0.125 });
  });
});

test("the moving average is validated, and the parameters are those of the last step afterwards", async () => {
  const [model, plain] = [new Line(), new Line()];
  const average = new MovingAverage(model, 0.5);
  const expected: number[] = Array.from(await model.layer.weight.data());
  const weights: Promise<ArrayLike<number>>[] = [];
  const measures = [1, 2].map((loss) => ({ loss, accuracy: 0 }));
  await fitWith(measures, { model, average, validate: () => weights.push(model.layer.weight.data()) });
  const steps: number[][] = [];
  await fitModule({
    ...{ model: plain, optimizer: new SGD(plain.parameters()), epochs: 2, learningRate: 0.01, batches: () => points },
    loss: (point) => squaredError(plain, point),
    on: async ({ event }) => event === "step" && steps.push(Array.from(await plain.layer.weight.data())),
  });
  for (const [i, values] of steps.entries()) {
    const decay = Math.min(0.5, (2 + i) / (11 + i));
    for (const [j, value] of values.entries()) expected[j] = decay * expected[j]! + (1 - decay) * value;
  }
  const [, last] = await Promise.all(weights);
  for (const [j, value] of expected.entries()) expect(last![j]).toBeCloseTo(value, 6);
  expect(await model.layer.weight.data()).toEqual(await plain.layer.weight.data());
  average.dispose();
});
