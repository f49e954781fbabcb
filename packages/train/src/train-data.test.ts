import { readFile, writeFile } from "node:fs/promises";
import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { listener, temporaryFolder, timeless, tinyConfig } from "../testing/tiny.js";
import { type RunConfig, resolveConfig } from "./config/run-config.js";
import type { TextSample, TrainingData } from "./data/training-data.js";
import { evaluate } from "./inference/evaluate.js";
import { loadRun, train } from "./node.js";

const subjects = ["나는 i", "너는 you", "우리는 we", "그들은 they", "학생들은 students"].map((line) => line.split(" "));
const verbs = ["간다 go", "온다 come", "잔다 sleep", "웃는다 laugh", "마신다 drink", "읽는다 read"].map((line) =>
  line.split(" "),
);

/** 30 pairs of two words; some are twice as long. */
const pairs: readonly TextSample[] = subjects.flatMap(([ko, en], i) =>
  verbs.map(([verb, translated], j) => {
    const pair = { source: `${ko} ${verb}`, target: `${en} ${translated}` };
    return (i + j) % 3 === 0
      ? { source: `${pair.source} ${pair.source}`, target: `${pair.target} ${pair.target}` }
      : pair;
  }),
);
const sets: TrainingData = { train: pairs.slice(0, 24), validation: pairs.slice(24, 27), test: pairs.slice(27) };

const textConfig = (training: Record<string, unknown> = {}, data: Record<string, unknown> = {}): RunConfig =>
  tinyConfig(training, { recipe: "bahdanau", data: { tokenizer: "word", ...data } });

async function* stream(items: Iterable<TextSample>): AsyncGenerator<TextSample> {
  yield* items;
}

beforeEach(() => use(cpu()));

describe("pairs in memory", () => {
  test("train a recipe, and the test set is measured once, at the end", async () => {
    const { events, on } = listener();
    const run = await train({ config: textConfig({ epochs: 2 }), data: sets, on });
    expect(run.validation).toEqual(sets.validation);
    const { pairs: count, loss, perplexity, tokenAccuracy, metrics } = await evaluate(run, pairs.slice(27));
    const expected = { pairs: count, loss, perplexity, tokenAccuracy, metrics };
    expect(run.test).toEqual(expected);
    expect(events.filter((event) => "test" in event)).toEqual([run.done]);
    expect(run.done.test).toEqual(expected);
    expect(events[0]).toMatchObject({ event: "start", trainPairs: 24, validationPairs: 3, testPairs: 3 });
  });

  test("give the same run as a generator, an async iterable, and a file", async () => {
    const config = textConfig({ epochs: 2 }, { validation: 4 });
    const expected = await train({ config, data: { train: pairs } });
    const tsv = `${await temporaryFolder()}/pairs.tsv`;
    await writeFile(tsv, pairs.map(({ source, target }) => `${source}\t${target}\n`).join(""));
    for (const options of [
      { config, data: { train: pairs.values() } },
      { config, data: { train: stream(pairs) } },
      { config: textConfig({ epochs: 2 }, { validation: 4, tsv }) },
    ]) {
      const { history, validation, test } = await train(options);
      expect(timeless(history)).toEqual(timeless(expected.history));
      expect([validation, test]).toEqual([expected.validation, null]);
    }
  });

  test("take the place of the task of a recipe, in the run folder too", async () => {
    const out = await temporaryFolder();
    const { events, on } = listener();
    const { config } = await train({ config: tinyConfig({ epochs: 1 }), data: sets, out, on });
    expect(config.data).toMatchObject({ tokenizer: "word" });
    expect(config.data).not.toHaveProperty("task");
    expect(events).toContainEqual({
      event: "notice",
      message: expect.stringContaining("take the place of the synthetic task of the configuration"),
    });
    expect((await loadRun(out)).config).toEqual(config);
    const longer = tinyConfig({ epochs: 2 });
    expect((await train({ config: longer, data: sets, out, resume: true })).done.epochs).toBe(2);
  });

  test("are needed again to resume, and must be the same, test set included", async () => {
    const [straight, parts] = [await temporaryFolder(), await temporaryFolder()];
    const config = textConfig();
    const whole = await train({ config, data: sets, out: straight });
    await train({ config: textConfig({ epochs: 2 }), data: sets, out: parts });
    await expect(train({ out: parts, resume: true })).rejects.toThrow("got neither files nor `data`");
    for (const other of [
      { ...sets, train: pairs.slice(1, 25) },
      { ...sets, validation: pairs.slice(25, 27) },
      { ...sets, test: pairs.slice(28) },
      { ...sets, test: undefined },
    ]) {
      await expect(train({ config, data: other, out: parts, resume: true })).rejects.toThrow("The data has changed");
    }
    const { done, history } = await train({ config, data: sets, out: parts, resume: true });
    expect({ ...done, run: null }).toEqual({ ...whole.done, run: null });
    expect(timeless(history)).toEqual(timeless(whole.history));
    const weights = (folder: string): Promise<Buffer> => readFile(`${folder}/model.safetensors`);
    expect((await weights(parts)).equals(await weights(straight))).toBe(true);
  });
});

describe("the test set", () => {
  test("is measured with the parameters of the best epoch, not the last ones", async () => {
    const out = await temporaryFolder();
    const { done } = await train({ config: textConfig({ epochs: 6, learningRate: 0.3 }), data: sets, out });
    expect(done.bestEpoch).toBeLessThan(6);
    const lossOf = async (weights: "best" | "last"): Promise<number> =>
      (await evaluate(await loadRun(out, { weights }), pairs.slice(27))).loss;
    expect(done.test?.loss).toBe(await lossOf("best"));
    expect(done.test?.loss).not.toBe(await lossOf("last"));
  });

  test("is not measured when training is interrupted", async () => {
    const control = new AbortController();
    const stop = ({ event }: { event: string }): void => {
      if (event === "step") control.abort();
    };
    const { test, done } = await train({ config: textConfig(), data: sets, signal: control.signal, on: stop });
    expect([test, done.test, done.reason]).toEqual([null, null, "interrupted"]);
  });

  test("that the model cannot process is a notice, and the run is complete", async () => {
    const model = {
      hiddenSize: 8,
      feedForwardSize: 8,
      heads: 2,
      layers: 1,
      positions: "learned",
      maxPositions: 6,
    } as const;
    const config = resolveConfig({
      ...{ recipe: "transformer", model },
      ...{ data: { tokenizer: "word", maxLength: 5 }, training: { epochs: 1, batchSize: 8 } },
    });
    const { events, on } = listener();
    const long = [{ source: "나는 ".repeat(9), target: "i" }];
    const { done, history } = await train({ config, data: { ...sets, test: long }, on });
    expect([done.reason, done.test, history.length]).toEqual(["epochs", null, 1]);
    expect(events.at(-2)).toEqual({
      event: "notice",
      message: expect.stringMatching(/^The model was not evaluated on the test set: .*9 tokens, but only 6 positions/),
    });
  });
});

describe("batchTokens", () => {
  const batches = { batchTokens: 20, schedule: "linear", accumulate: 2 };

  test("limits the positions of every batch in place of batchSize", async () => {
    const { events, on } = listener();
    const { done } = await train({ config: textConfig({ ...batches, epochs: 1, accumulate: 1 }), data: sets, on });
    const [first] = events.filter(({ event }) => event === "step");
    // 24 pairs, of which 8 have 5 target positions and the others 3: at least 88 positions, and at most 6 pairs a batch.
    expect(first).toMatchObject({ batches: done.steps });
    expect(done.steps).toBeGreaterThanOrEqual(5);
    expect(done.steps).toBeLessThanOrEqual(9);
    const one = await train({ config: textConfig({ batchTokens: 1e6, epochs: 1 }), data: sets });
    expect(one.done.steps).toBe(1);
  });

  test("resumes bit for bit, within an epoch", async () => {
    const [straight, parts] = [await temporaryFolder(), await temporaryFolder()];
    const config = textConfig(batches);
    const whole = await train({ config, data: sets, out: straight });
    for (const stopAt of [2, 5, Number.POSITIVE_INFINITY]) {
      const control = new AbortController();
      await train({
        ...{ config, data: sets, out: parts, resume: stopAt > 2, signal: control.signal },
        on: (event) => {
          if (event.event === "step" && event.step === stopAt) control.abort();
        },
      });
    }
    for (const file of ["model.safetensors", "best.safetensors", "optimizer.safetensors"]) {
      expect((await readFile(`${parts}/${file}`)).equals(await readFile(`${straight}/${file}`))).toBe(true);
    }
    const rates = whole.history.map(({ learningRate }) => learningRate);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
    expect(rates.at(-1)).toBeLessThan(0.01);
  });

  test("must be a positive integer", () => {
    expect(() => textConfig({ batchTokens: 0 })).toThrow("training.batchTokens must be greater than 0");
  });
});

test("a run whose data came from standard input cannot be resumed", async () => {
  const out = await temporaryFolder();
  const text = new TextEncoder().encode(pairs.map(({ source, target }) => `${source}\t${target}\n`).join(""));
  const config = textConfig({ epochs: 1 }, { tsv: "-", validation: 4 });
  const readInput = async (path: string): Promise<Uint8Array> => (path === "-" ? text : new Uint8Array());
  expect((await train({ config, out, readFile: readInput })).done.epochs).toBe(1);
  await expect(train({ out, resume: true, readFile: readInput })).rejects.toThrow(
    `${out} cannot be resumed: its data came from standard input (data.tsv: "-"), which can be read once only.`,
  );
});

test("refuses an unknown option", async () => {
  // @ts-expect-error there is no such option
  await expect(train({ output: "run" })).rejects.toThrow('train: there is no option "output".');
});
