import { builtInMetrics, defineMetric } from "@heed/metrics";
import { cpu, decodeSafetensors, memory, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { timeless, tinyConfig } from "../testing/tiny.js";
import { metricNames } from "./config/training-schema.js";
import { evaluate, loadRun, memoryFileSystem, train, verifyRun } from "./index.js";

beforeEach(() => use(cpu()));

test("the names of the built-in metrics", () => {
  expect(metricNames).toEqual(builtInMetrics.map(({ name }) => name));
});

test("the best epoch is that with the best value of bestMetric, which evaluate measures, too", async () => {
  const training = { bestMetric: "chrf", validationMetrics: ["bleu"], epochs: 6, learningRate: 0.05 };
  const fileSystem = memoryFileSystem();
  const result = await train({ config: tinyConfig(training), out: "run", fileSystem });
  const values = result.history.map(({ metrics }) => metrics.chrf!);
  expect(Math.max(...values)).toBeGreaterThan(values[0]!);
  expect(Object.keys(result.history[0]!.metrics)).toEqual(["chrf", "bleu"]);
  expect(result.done).toMatchObject({ bestMetric: "chrf", bestValue: Math.max(...values) });
  expect(result.done.bestEpoch).toBe(values.indexOf(Math.max(...values)) + 1);
  const { validLoss } = result.history[result.done.bestEpoch - 1]!;
  expect(result.done.bestValidLoss).toBe(validLoss);
  const run = await loadRun("run", { fileSystem });
  const { metrics, loss } = await evaluate(run, result.validation, { metrics: ["chrf", "bleu"] });
  expect(metrics).toEqual(result.history[result.done.bestEpoch - 1]!.metrics);
  expect(loss).toBeCloseTo(validLoss, 6);
});

test("a metric of a plug-in decides, and its name is checked before training", async () => {
  const length = defineMetric({
    name: "length",
    summary: "characters of the hypotheses",
    higherIsBetter: false,
    options: {},
    compute: ({ hypotheses }) => hypotheses.join("").length,
  });
  const config = tinyConfig({ bestMetric: "length", patience: 1, epochs: 9 });
  const { done, history } = await train({ config, plugins: [length] });
  const values = history.map(({ metrics }) => metrics.length!);
  expect(done.bestValue).toBe(Math.min(...values));
  await expect(train({ config })).rejects.toThrow(
    'training.bestMetric: There is no metric "length". Known: bleu, chrf, chrf-plus-plus, sequence-accuracy. Or use loss or accuracy.',
  );
  await expect(train({ config: tinyConfig({ validationMetrics: ["blue"] }) })).rejects.toThrow(
    'training.validationMetrics: There is no metric "blue". Did you mean "bleu"?',
  );
  for (const name of ["loss", "accuracy"]) {
    await expect(train({ config: tinyConfig({ validationMetrics: ["bleu", name] }) })).rejects.toThrow(
      `training.validationMetrics: must not name ${name}, which is measured after each epoch anyway. Leave it out.`,
    );
  }
});

describe("moving average, plateau and bestMetric", () => {
  const training = {
    ...{ epochs: 4, ema: 0.9, bestMetric: "sequence-accuracy", checkpointSteps: 2, learningRate: 0.05 },
    ...{ schedule: "plateau", scheduleOptions: { patience: 0, factor: 0.5 } },
  };
  const files = ["model", "best", "ema", "optimizer"].map((name) => `${name}.safetensors`);

  test.each([1, 7, 13])("a run that is interrupted in step %i and resumed has the same bits", async (pauseAt) => {
    const fileSystem = memoryFileSystem();
    const straight = await train({ config: tinyConfig(training), out: "straight", fileSystem });
    const rates = straight.history.map(({ learningRate }) => learningRate);
    expect(Math.min(...rates)).toBeLessThan(rates[0]!);
    const before = memory().buffers;
    const control = new AbortController();
    const { signal } = control;
    const on = (event: { event: string; step?: number }): void => {
      if (event.event === "step" && event.step === pauseAt) control.abort();
    };
    const first = await train({ config: tinyConfig(training), out: "parts", fileSystem, signal, on });
    first.model.dispose();
    const resumed = await train({ out: "parts", fileSystem, resume: true });
    resumed.model.dispose();
    expect(memory().buffers).toBe(before);
    expect(timeless(resumed.history)).toEqual(timeless(straight.history));
    for (const file of files) {
      expect(await fileSystem.read(`parts/${file}`), file).toEqual(await fileSystem.read(`straight/${file}`));
    }
    expect((await verifyRun("parts", { fileSystem })).files.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test("the best weights are averages; those of the last step are not", async () => {
    const fileSystem = memoryFileSystem();
    await train({ config: tinyConfig({ ...training, epochs: 1 }), out: "run", fileSystem });
    const read = async (name: string): Promise<unknown> =>
      decodeSafetensors((await fileSystem.read(`run/${name}.safetensors`))!).tensors;
    expect(await read("best")).toEqual(await read("ema"));
    expect(await read("best")).not.toEqual(await read("model"));
  });

  test("a run that lost its average is not resumed", async () => {
    const fileSystem = memoryFileSystem();
    await train({ config: tinyConfig({ ...training, epochs: 1 }), out: "run", fileSystem });
    await fileSystem.remove("run/ema.safetensors");
    await fileSystem.remove("run/ema.safetensors.previous");
    await expect(train({ out: "run", fileSystem, resume: true })).rejects.toThrow("ema.safetensors");
  });
});
