import { readFile } from "node:fs/promises";
import { cpu, log, memory, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { listener, ownRecipe, temporaryFolder, timeless, tinyConfig } from "../testing/tiny.js";
import { type RunConfig, resolveConfig } from "./config/run-config.js";
import type { EpochEvent, TrainEvent } from "./events.js";
import { train } from "./node.js";
import type { AnyRecipe } from "./recipe.js";
import { DivergenceError } from "./training-error.js";

const weightFiles = ["model.safetensors", "best.safetensors", "optimizer.safetensors"];

/** Everything in a run folder that must not depend on how often it was interrupted. */
async function contentOf(folder: string): Promise<Record<string, unknown>> {
  const text = async (name: string) => await readFile(`${folder}/${name}`, "utf8");
  const lines = (await text("metrics.ndjson")).trim().split("\n");
  const weights = weightFiles.map(async (name) => [name, (await readFile(`${folder}/${name}`)).toString("base64")]);
  return {
    ...Object.fromEntries(await Promise.all(weights)),
    config: await text("config.yaml"),
    tokenizer: await text("source.tokenizer.json"),
    metrics: timeless(lines.map((line) => JSON.parse(line) as EpochEvent)),
  };
}

beforeEach(() => use(cpu()));

test("learns to copy: tokens and whole sequences, in seconds", async () => {
  const config = tinyConfig(
    { epochs: 10, learningRate: 0.01 },
    {
      model: { embeddingSize: 12, hiddenSize: 24 },
      data: { task: "copy", symbols: 4, minLength: 1, maxLength: 3, train: 320, validation: 40 },
    },
  );
  const epochs: number[] = [];
  // A listener may return anything, as a short one does.
  const { history, done, model } = await train({
    config,
    on: (event) => event.event === "epoch" && epochs.push(event.epoch),
  });
  expect(history.map(({ epoch }) => epoch)).toEqual(epochs);
  expect(history).toHaveLength(10);
  expect(done).toMatchObject({ reason: "epochs", epochs: 10, run: null });
  expect(done.bestValidLoss).toBeLessThan(0.05);
  expect(history[done.bestEpoch - 1]!.validAccuracy).toBeGreaterThanOrEqual(0.99);
  expect(done.sequenceAccuracy).toBeGreaterThanOrEqual(0.95);
  expect(model.training).toBe(false);
});

test("tells its events in order, with everything in them", async () => {
  const { events, on } = listener();
  const out = await temporaryFolder();
  await train({ config: tinyConfig({ epochs: 2 }), out, on });
  const kinds = events.map(({ event }) => event).filter((kind) => kind !== "notice");
  const epoch = [...new Array(5).fill("step"), "epoch", "checkpoint"];
  expect(kinds).toEqual(["start", ...epoch, ...epoch, "done"]);
  expect(events[0]).toMatchObject({
    recipe: "copy",
    trainPairs: 40,
    validationPairs: 10,
    sourceVocabulary: 6,
    targetVocabulary: 6,
    resumedAt: 0,
    epochs: 2,
    testPairs: 0,
    batches: 5,
    paddingShare: expect.any(Number),
    backend: { backend: "cpu" },
  });
  const steps = events.filter((event) => event.event === "step");
  expect(steps[6]).toMatchObject({ epoch: 2, step: 7, batch: 2, batches: 5 });
});

test("memory is flat after the first epoch, and nothing is left at the end", async () => {
  const buffers: number[] = [];
  const config = tinyConfig({ clipNorm: 1 });
  const { model } = await train({
    config,
    on: ({ event }) => {
      if (event === "epoch") buffers.push(memory().buffers);
    },
  });
  expect(new Set(buffers).size).toBe(1);
  model.dispose();
  expect(memory().buffers).toBe(0);
});

describe("resume", () => {
  test.each([
    ["adam", {}],
    [
      "adamw",
      {
        optimizerOptions: { weightDecay: 0.1 },
        schedule: "inverse-sqrt",
        warmupSteps: 7,
        clipNorm: 0.5,
        labelSmoothing: 0.1,
      },
    ],
    ["sgd", { optimizerOptions: { momentum: 0.9 }, learningRate: 0.1 }],
  ])("4 epochs straight are 2 and 2, bit for bit (%s)", async (optimizer, training) => {
    const [straight, parts] = [await temporaryFolder(), await temporaryFolder()];
    const options = { ...training, optimizer };
    const whole = await train({ config: tinyConfig(options), out: straight });
    await train({ config: tinyConfig({ ...options, epochs: 2 }), out: parts });
    const { events, on } = listener();
    const resumed = await train({ config: tinyConfig(options), out: parts, resume: true, on });
    expect(events[0]).toMatchObject({ event: "start", resumedAt: 2, epochs: 4 });
    expect(events.find(({ event }) => event === "step")).toMatchObject({ epoch: 3, step: 11 });
    expect(await contentOf(parts)).toEqual(await contentOf(straight));
    expect(timeless(resumed.history)).toEqual(timeless(whole.history));
    expect({ ...resumed.done, run: null }).toEqual({ ...whole.done, run: null });
    expect(await resumed.model.stateDict()).toEqual(await whole.model.stateDict());
  });

  test("an aborted run keeps its steps and continues with the next one, bit for bit", async () => {
    const [straight, parts] = [await temporaryFolder(), await temporaryFolder()];
    const config = tinyConfig({ schedule: "linear" });
    await train({ config, out: straight });
    let before = 0;
    for (const stopAt of [3, 4, 5, 8, 19]) {
      const control = new AbortController();
      const steps: number[] = [];
      const { done } = await train({
        config,
        out: parts,
        resume: stopAt > 3,
        signal: control.signal,
        on: (event) => {
          if (event.event !== "step") return;
          steps.push(event.step);
          if (event.step === stopAt) control.abort();
        },
      });
      // No step is taken twice.
      expect(steps).toEqual(Array.from({ length: stopAt - before }, (_, i) => before + 1 + i));
      before = stopAt;
      const epochs = Math.floor(stopAt / 5);
      expect(done).toMatchObject({ reason: "interrupted", epochs, steps: stopAt, sequenceAccuracy: null });
    }
    // Without a configuration it is the folder's.
    const { done } = await train({ out: parts, resume: true });
    expect(done.reason).toBe("epochs");
    expect(await contentOf(parts)).toEqual(await contentOf(straight));
  });

  test("a checkpoint every n steps is reported, and changes no result", async () => {
    const [straight, often] = [await temporaryFolder(), await temporaryFolder()];
    await train({ config: tinyConfig(), out: straight });
    const { events, on } = listener();
    await train({ config: tinyConfig({ checkpointSteps: 2 }), out: often, on });
    const checkpoints = events.flatMap((event) => (event.event === "checkpoint" ? [event.step] : []));
    // One after each second step, and one after each validation.
    expect(checkpoints).toEqual([2, 4, 5, 6, 8, 10, 10, 12, 14, 15, 16, 18, 20, 20]);
    const [one, other] = [await contentOf(straight), await contentOf(often)];
    expect({ ...other, config: "" }).toEqual({ ...one, config: "" });
  });

  test("gradients of several batches make one step, also across a resume", async () => {
    const [straight, parts] = [await temporaryFolder(), await temporaryFolder()];
    const config = tinyConfig({
      accumulate: 2,
      epochs: 2,
      schedule: "linear",
      optimizerOptions: { betas: [0.8, 0.9], eps: 1e-6 },
    });
    const { done, history } = await train({ config, out: straight });
    // Five batches an epoch: 2, 2 and 1.
    expect(done.steps).toBe(6);
    expect(history.at(-1)!.learningRate).toBeCloseTo(0.02 / 6, 12);
    const control = new AbortController();
    const { events, on } = listener();
    await train({
      config,
      out: parts,
      signal: control.signal,
      on: (event) => {
        on(event);
        if (event.event === "step" && event.step === 4) control.abort();
      },
    });
    expect(events.filter(({ event }) => event === "step").at(-1)).toMatchObject({ step: 4, batch: 1, batches: 3 });
    await train({ out: parts, resume: true });
    expect(await contentOf(parts)).toEqual(await contentOf(straight));
  });

  test("patience counts the epochs before a resume", async () => {
    const training = { patience: 2, optimizer: "sgd", learningRate: 1e-30, epochs: 6 };
    const out = await temporaryFolder();
    const { done } = await train({ config: tinyConfig(training), out: await temporaryFolder() });
    expect(done).toMatchObject({ reason: "early-stopping", epochs: 3 });
    await train({ config: tinyConfig({ ...training, epochs: 2 }), out });
    const resumed = await train({ config: tinyConfig(training), out, resume: true });
    expect({ ...resumed.done, run: null }).toEqual({ ...done, run: null });
  });

  test("interrupted before the first epoch: values that are not known are null", async () => {
    const { done } = await train({ config: tinyConfig(), signal: AbortSignal.abort() });
    expect(done).toMatchObject({ reason: "interrupted", epochs: 0, bestEpoch: 0, bestValidLoss: null });
  });

  test("a finished run that is resumed is done at once", async () => {
    const out = await temporaryFolder();
    const { done } = await train({ config: tinyConfig({ epochs: 1 }), out });
    const { events, on } = listener();
    expect((await train({ out, resume: true, on })).done).toEqual(done);
    expect(events.some(({ event }) => event === "step")).toBe(false);
  });

  test("another configuration is refused, key by key; epochs and patience may change", async () => {
    const out = await temporaryFolder();
    await train({ config: tinyConfig({ epochs: 1 }), out });
    await expect(
      train({ config: tinyConfig({ learningRate: 1, batchSize: 4, epochs: 3 }), out, resume: true }),
    ).rejects.toThrow("another configuration, which differs in training.batchSize, training.learningRate.");
    const { done } = await train({ config: tinyConfig({ epochs: 2, patience: 5 }), out, resume: true });
    expect(done.epochs).toBe(2);
    expect(await readFile(`${out}/config.yaml`, "utf8")).toContain("epochs: 2");
  });

  test("without a folder, or without a run in it, it says so", async () => {
    const out = await temporaryFolder();
    await expect(train({ config: tinyConfig(), resume: true })).rejects.toThrow("resume needs `out`");
    await expect(train({ out: `${out}/none`, resume: true })).rejects.toThrow(`no run folder ${out}/none`);
    await expect(train({ out, resume: true })).rejects.toThrow("config.yaml is missing");
    await expect(train({ out })).rejects.toThrow("give a `config`");
    await expect(train({ config: tinyConfig(), out: "" })).rejects.toThrow(
      "must be the path of a folder, got an empty",
    );
  });
});

test("a configuration that was not resolved is refused", async () => {
  const config = { recipe: "copy", training: { epochs: 1 } } as unknown as RunConfig;
  await expect(train({ config })).rejects.toThrow(
    '`config` must be a result of resolveConfig, got an object without "seed", "model", "data". Pass config: resolveConfig(',
  );
});

describe("a run that is there already", () => {
  test("is refused, and left alone", async () => {
    const out = await temporaryFolder();
    await train({ config: tinyConfig({ epochs: 1 }), out });
    const before = await contentOf(out);
    await expect(train({ config: tinyConfig(), out })).rejects.toThrow(/There is a run in .* already\. Resume it/);
    expect(await contentOf(out)).toEqual(before);
  });

  test("is replaced only once training has begun", async () => {
    const out = await temporaryFolder();
    await train({ config: tinyConfig({ epochs: 1 }), out });
    const before = await contentOf(out);
    const missing = tinyConfig({}, { recipe: "bahdanau", data: { tsv: "/nowhere/ko-en.tsv" } });
    await expect(train({ config: missing, out, overwrite: true })).rejects.toThrow("/nowhere/ko-en.tsv");
    await expect(
      train({ config: tinyConfig({ optimizer: "sgd", learningRate: 1e30 }), out, overwrite: true, on: refuseSteps }),
    ).rejects.toThrow("the first step");
    expect((await contentOf(out)).metrics).toEqual(before.metrics);

    const other = await temporaryFolder();
    const config = tinyConfig({ epochs: 2 }, { seed: 9 });
    await train({ config, out, overwrite: true });
    await train({ config, out: other });
    expect(await contentOf(out)).toEqual(await contentOf(other));
  });
});

/** Ends training before its first step. */
function refuseSteps({ event }: TrainEvent): void {
  if (event === "start") throw new Error("before the first step");
}

/** The copy recipe, whose model says NaN from a number of calls on: those of steps, or those of validation. */
function spoiltRecipe(of: "training" | "validation", after: number): AnyRecipe {
  return ownRecipe((model) => {
    let calls = 0;
    const decode = model.decode.bind(model);
    model.decode = (...inputs) => {
      const output = decode(...inputs);
      const counts = model.training === (of === "training");
      return counts && ++calls > after ? { ...output, logits: log(output.logits.mul(0)).mul(0) } : output;
    };
  });
}

describe("a loss that is no number", () => {
  test.each([
    ["training", 12, "training loss is NaN in epoch 3, at step 13, with learning rate 0.02"],
    ["validation", 4, "validation loss is NaN in epoch 3, at step 15, with learning rate 0.02"],
  ] as const)("stops, says the step, and leaves the last checkpoint alone (%s)", async (of, after, message) => {
    const [out, two] = [await temporaryFolder(), await temporaryFolder()];
    const error = await train({
      ...{ config: tinyConfig({}, { recipe: "mine" }, [ownRecipe()]), out },
      plugins: [spoiltRecipe(of, after)],
    }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DivergenceError);
    expect((error as Error).message).toContain(message);
    expect(error).toMatchObject({ source: { step: of === "training" ? 13 : 15, op: "log", gradient: false } });
    expect((error as Error).message).toContain(
      "Try a lower training.learningRate (such as 0.002), training.clipNorm: 1",
    );
    expect((error as Error).message).toContain(`The checkpoint of epoch 2, step 10, in ${out} is not changed.`);
    expect(memory().buffers).toBe(0);
    // What is there is what two good epochs leave, and it goes on.
    const plugins = [ownRecipe()];
    await train({ config: tinyConfig({ epochs: 2 }, { recipe: "mine" }, plugins), out: two, plugins });
    expect({ ...(await contentOf(out)), config: "" }).toEqual({ ...(await contentOf(two)), config: "" });
    expect((await train({ out, resume: true, plugins })).done.epochs).toBe(4);
  });

  test("in the first epoch there is no checkpoint to speak of", async () => {
    const out = await temporaryFolder();
    await expect(train({ config: tinyConfig({ optimizer: "sgd", learningRate: 1e38 }), out })).rejects.toThrow(
      "There is no checkpoint yet.",
    );
  });
});

test("the same seed gives the same run, another seed another one", async () => {
  const last = async (seed: number) => timeless((await train({ config: tinyConfig({ epochs: 1 }, { seed }) })).history);
  expect(await last(1)).toEqual(await last(1));
  expect(await last(1)).not.toEqual(await last(2));
});

test("a recipe of one's own is trained by name", async () => {
  const mine = ownRecipe();
  const config = resolveConfig(
    {
      recipe: "mine",
      model: { embeddingSize: 4, hiddenSize: 4 },
      data: { task: "sort", train: 8, validation: 4 },
      training: { epochs: 1 },
    },
    { plugins: [mine] },
  );
  const { done } = await train({ config, plugins: [mine] });
  expect(done.epochs).toBe(1);
  await expect(train({ config })).rejects.toThrow('There is no recipe "mine"');
});
