import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { cpu, use } from "@heed/tensor";
import { checkConfig } from "@heed/train";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "../testing/run-cli.js";
import { reproduce } from "./reproduce.js";
import type { MeasureOptions, Reproduction } from "./reproduction.js";
import { findReproductions, reproductions } from "./reproductions.js";
import type { ReproductionResult } from "./result.js";
import { Sittings } from "./sittings.js";

const root = await temporaryFolder(afterAll);
const data = join(root, "data");
let folders = 0;
const freshFolder = (): string => join(root, `out-${++folders}`);

beforeEach(() => use(cpu()));

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, "utf8")) as T;
}

/** Writes data sets of a few sentences with the names of the real ones. */
async function writeData(): Promise<void> {
  const write = async (file: string, texts: readonly string[]): Promise<void> => {
    await mkdir(join(data, file, ".."), { recursive: true });
    await writeFile(join(data, file), texts.map((text) => `${text}\n`).join(""));
  };
  const numbers = Array.from({ length: 40 }, (_, i) => i);
  for (const set of ["train", "val", "test_2016_flickr"]) {
    await write(
      `multi30k/tok/${set}.lc.norm.tok.en`,
      numbers.map((i) => `a man has ${i} dogs .`),
    );
    await write(
      `multi30k/tok/${set}.lc.norm.tok.de`,
      numbers.map((i) => `ein mann hat ${i} hunde .`),
    );
  }
  const korean = numbers.map((i) => `나는 개가 ${i}마리 있다 ${"아".repeat(i)}.`);
  const english = numbers.map((i) => `I have ${i} dogs ${"o".repeat(i)}.`);
  await write("tatoeba_ko_en/ko-en.ko", korean);
  await write("tatoeba_ko_en/ko-en.en", english);
  await write("tatoeba_laser_test/tatoeba.kor-eng.kor", korean.slice(0, 10));
  await write("tatoeba_laser_test/tatoeba.kor-eng.eng", english.slice(0, 10));
}

/** A reproduction of a task of three symbols, whose measures are made up. */
function fakeRow(more: Partial<Reproduction>, calls: { pairs: string[]; search: number }[] = []): Reproduction {
  const pairs = ["a b", "b c", "c a", "a c"].map((text) => ({ source: text, target: text }));
  return {
    name: "fake",
    data: "fake",
    model: "fake",
    anchor: "1",
    notes: [],
    metric: { name: "quality", better: "higher" },
    goal: 1,
    weights: ["best"],
    searches: [{ size: 1 }, { size: 3 }, { size: 2 }],
    prepare: async () => ({
      config: {
        recipe: "bahdanau",
        model: { embeddingSize: 4, hiddenSize: 4 },
        data: { tokenizer: "whitespace", sharedVocabulary: true },
        training: { epochs: 2, batchSize: 2 },
      },
      pairs: { train: pairs, validation: pairs.slice(0, 2) },
      validation: pairs.slice(0, 2),
      test: pairs.slice(2),
    }),
    measure: async (_, given, { search }: MeasureOptions) => {
      calls.push({ pairs: given.map(({ source }) => source), search: search.size });
      return { measures: { quality: search.size } };
    },
    ...more,
  };
}

const quiet = {
  data: undefined,
  seed: 1,
  quick: false,
  signal: new AbortController().signal,
  on: () => undefined,
  onValidation: () => undefined,
};

describe("reproduce", () => {
  it("chooses the search on validation data, and measures the test set once", async () => {
    const calls: { pairs: string[]; search: number }[] = [];
    const result = await reproduce(fakeRow({}, calls), { ...quiet, out: freshFolder() });
    const [validation, test] = [
      ["a b", "b c"],
      ["c a", "a c"],
    ];
    expect(calls).toEqual([
      { pairs: validation, search: 1 },
      { pairs: validation, search: 3 },
      { pairs: validation, search: 2 },
      { pairs: test, search: 3 },
    ]);
    expect(result).toMatchObject({ value: 3, chosen: { weights: "best", search: { size: 3 } }, sittings: 1 });
    expect(result.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it("takes the lowest value of a metric such as perplexity", async () => {
    const row = fakeRow({ metric: { name: "quality", better: "lower" } });
    const { chosen, value } = await reproduce(row, { ...quiet, out: freshFolder() });
    expect({ chosen, value }).toEqual({ chosen: { weights: "best", search: { size: 1 } }, value: 1 });
  });

  it("measures averages of epochs, which differ from the weights of the best epoch", async () => {
    const sums: number[] = [];
    const row = fakeRow({
      weights: ["best", { last: 2 }, { best: 2 }],
      searches: [{ size: 1 }],
      measure: async ({ model }) => {
        let sum = 0;
        for (const parameter of model.parameters().values()) for (const value of await parameter.data()) sum += value;
        sums.push(sum);
        return { measures: { quality: sums.length === 2 ? 1 : 0 } };
      },
    });
    const out = freshFolder();
    const { chosen } = await reproduce(row, { ...quiet, out });
    expect(chosen.weights).toEqual({ last: 2 });
    expect(sums[1]).not.toBe(sums[0]);
    expect(sums).toEqual([sums[0], sums[1], sums[1], sums[1]]);
    expect(existsSync(join(out, "run", "average-last-2.safetensors"))).toBe(true);
  });

  it("measures during training after each of the given steps", async () => {
    const { course } = await reproduce(fakeRow({ courseSteps: 2 }), { ...quiet, out: freshFolder() });
    expect(course).toEqual([
      { step: 2, measures: { quality: 1 } },
      { step: 4, measures: { quality: 1 } },
    ]);
  });

  it("refuses a row whose metric is not measured", async () => {
    const row = fakeRow({ metric: { name: "BLEU", better: "higher" } });
    await expect(reproduce(row, { ...quiet, out: freshFolder() })).rejects.toThrow(
      "fake: expected the measure BLEU, got quality.",
    );
  });
});

describe("Sittings", () => {
  it("adds up what the calls took, and keeps the largest memory", async () => {
    const file = join(root, "progress.json");
    const before = { startedAt: "2026-01-01T00:00:00Z", wallSeconds: 100, cpuSeconds: 50, peakMemoryBytes: 2 ** 50 };
    await writeFile(file, JSON.stringify({ sittings: [before], course: [] }));
    const sittings = await Sittings.open(file);
    await sittings.save();
    const { cost } = await Sittings.open(file);
    expect(cost).toMatchObject({ sittings: 3, peakMemoryBytes: 2 ** 50 });
    expect(cost.wallSeconds).toBeGreaterThan(100);
    expect(cost.cpuSeconds).toBeGreaterThan(50);
    expect(cost.wallSeconds).toBeLessThan(160);
  });

  it("replaces the points of steps that are repeated", async () => {
    const sittings = await Sittings.open(join(root, "none.json"));
    for (const [step, value] of [
      [100, 5],
      [200, 4],
      [300, 3],
      [200, 2],
    ] as const) {
      sittings.addPoint({ step, measures: { value } });
    }
    expect(sittings.course.map(({ step, measures }) => [step, measures.value])).toEqual([
      [100, 5],
      [200, 2],
    ]);
  });

  it("refuses a damaged file", async () => {
    const file = join(root, "damaged.json");
    await writeFile(file, "{}");
    await expect(Sittings.open(file)).rejects.toThrow(`${file} must contain sittings and course as JSON`);
  });
});

describe("findReproductions", () => {
  it("finds a name, and all names that begin with it", () => {
    expect(findReproductions("copy").map(({ name }) => name)).toEqual(["copy"]);
    expect(findReproductions("multi30k")).toEqual(reproductions.filter(({ name }) => name.startsWith("multi30k-")));
    expect(() => findReproductions("multi")).toThrow('There is no result "multi" to reproduce. Known: multi30k-en-de-');
  });
});

describe("heed reproduce", () => {
  it("lists the results", async () => {
    const listed = await runCli(["reproduce", "--json"]);
    expect(listed.events().map(({ name }) => name)).toEqual(reproductions.map(({ name }) => name));
    const { stdout } = await runCli(["reproduce", "--list"]);
    for (const { name } of reproductions) expect(stdout).toContain(name);
  });

  it.each(reproductions)("has a sound configuration of $name", async (row) => {
    await writeData();
    const { config, validation, test } = await row.prepare({ data, seed: 1 });
    expect(checkConfig({ ...config, seed: 1 }, { text: true })).toMatchObject(config);
    expect(Math.min(validation.length, test.length)).toBeGreaterThan(0);
  });

  it.each(["multi30k-en-de-transformer", "copy", "tatoeba-jamo-gru"])("runs a tiny version of %s", async (name) => {
    await writeData();
    const out = freshFolder();
    const argv = ["reproduce", name, "--quick", "--out", out, "--data", data, "--backend", "wasm", "--threads", "1"];
    const run = await runCli([...argv, "--json"]);
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
    const file = join(out, name, "quick-seed-1", "result.json");
    const result = await readJson<ReproductionResult>(file);
    expect(result).toMatchObject({ name, seed: 1, quick: true, sittings: 1 });
    expect(result.test[result.metric]).toBe(result.value);
    expect(await readFile(file, "utf8")).not.toContain(root);
    const again = await runCli(argv);
    expect(again.stdout).toContain("This result exists");
    expect(existsSync(join(out, name, "seed-1"))).toBe(false);
  });

  it("needs the data of all results before it trains the first one", async () => {
    const out = freshFolder();
    const argv = ["reproduce", "copy", "multi30k", "--quick", "--out", out, "--backend", "wasm", "--threads", "1"];
    expect((await runCli(argv)).code).toBe(2);
    expect(existsSync(join(out, "copy"))).toBe(false);
  });

  it("has the same configuration with a relative path of the data", async () => {
    await writeData();
    const row = findReproductions("multi30k-de-en-gru")[0]!;
    const [given, other] = await Promise.all(
      [data, relative(process.cwd(), data)].map((path) => row.prepare({ data: path, seed: 1 })),
    );
    expect(other!.config).toEqual(given!.config);
  });

  it("resumes a training that was interrupted, and counts both calls", async () => {
    const out = freshFolder();
    const argv = ["reproduce", "reverse", "--quick", "--out", out, "--backend", "wasm", "--threads", "1"];
    const stopped = await runCli(argv, { interruptAt: /1\/2/ });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain("The training is saved: the same command resumes it.");
    const folder = join(out, "reverse", "quick-seed-1");
    expect(existsSync(join(folder, "result.json"))).toBe(false);
    expect((await runCli(argv)).code).toBe(0);
    const whole = freshFolder();
    expect((await runCli([...argv.slice(0, 4), whole, ...argv.slice(5)])).code).toBe(0);
    const [resumed, once] = await Promise.all(
      [folder, join(whole, "reverse", "quick-seed-1")].map((each) =>
        readJson<ReproductionResult>(join(each, "result.json")),
      ),
    );
    expect(resumed!.sittings).toBe(2);
    expect(resumed!.test).toEqual(once!.test);
    expect(resumed!.epochs).toEqual(once!.epochs);
  });

  it("names the data that is missing", async () => {
    const argv = ["reproduce", "multi30k", "--quick", "--out", freshFolder(), "--backend", "wasm", "--threads", "1"];
    const none = await runCli(argv);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("Name the folder with the data by --data: it must contain multi30k/tok");
    const wrong = await runCli([...argv, "--data", join(root, "none")]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("expected a folder multi30k/tok in it, got none");
  });
});
