import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "@heed/core";
import { afterAll, describe, expect, it } from "vitest";
import { writeModule } from "../testing/own-scorer.js";
import { runCli, temporaryFolder } from "../testing/run-cli.js";
import { accuracyOf } from "./accuracy.js";
import { addAligned, alignedOf } from "./aligned.js";
import { phrase } from "./made-up-language.js";
import { markdownTable } from "./markdown-table.js";
import { addRepeats, repeatsOf } from "./repeats.js";

const words = (text: string): string[] => text.split(" ");

describe("accuracyOf", () => {
  it("counts positions of the longer sequence, and whole sequences", () => {
    const gold = [words("a b <eos>"), words("a b c <eos>"), words("a <eos>"), words("a <eos>")];
    const written = [words("a b <eos>"), words("a c c <eos>"), words("a a a <eos>"), ["a"]];
    expect(accuracyOf(written, gold)).toEqual({ sequences: 1 / 4, tokens: (3 + 3 + 1 + 1) / (3 + 4 + 4 + 2) });
    expect(accuracyOf([], [words("a <eos>")])).toEqual({ sequences: 0, tokens: 0 });
  });
});

describe("alignedOf", () => {
  const weights = [
    [0.5, 0.25, 0.25],
    [0.25, 0.5, 0.25],
    [0, 0.5, 0.5],
    [1, 0, 0],
  ];

  it("counts the strongest weights, and adds up the weight, at the source tokens of each target token", () => {
    // The last target token has no link; of two equal weights, the first is the strongest.
    const links = [
      [0, 0],
      [2, 1],
      [0, 1],
      [2, 2],
    ] as const;
    expect(alignedOf(weights, links)).toEqual({ tokens: 3, strongest: 1, weight: 0.5 + 0.5 + 0.5, chance: 4 / 3 });
    expect(alignedOf([], links)).toEqual({ tokens: 0, strongest: 0, weight: 0, chance: 0 });
  });

  it("adds up", () => {
    const one = alignedOf(weights, [[0, 0]]);
    expect(addAligned([one, one])).toEqual({ tokens: 2, strongest: 2, weight: 1, chance: 2 / 3 });
  });
});

describe("repeatsOf", () => {
  it("counts what the reference does not have", () => {
    const gold = [words("a a b"), words("<unk> <unk> c"), words("a b c"), words("b b b")];
    const written = [words("a a b <eos>"), words("<unk> <unk> <unk> <eos>"), words("a a a a"), words("b b b b <eos>")];
    expect(repeatsOf(written, gold)).toEqual({
      tokens: 3 + 3 + 4 + 4,
      repeated: 1 + 2 + 3 + 3,
      beyond: 0 + 1 + 3 + 1,
      specialBeyond: 1,
      stuck: 2,
      sentences: 4,
    });
  });

  it("does not set a sentence with fewer repeats against one with more", () => {
    expect(repeatsOf([words("a b"), words("a a")], [words("a a"), words("a b")]).beyond).toBe(1);
  });

  it("adds up", () => {
    const one = repeatsOf([words("a a")], [words("a b")]);
    expect(addRepeats([one, one])).toEqual({
      tokens: 4,
      repeated: 2,
      beyond: 2,
      specialBeyond: 0,
      stuck: 0,
      sentences: 2,
    });
  });
});

describe("phrase", () => {
  it("translates each word by one of its own, in its place, and keeps names", () => {
    const random = new Random(1);
    const dictionary = new Map<string, string>();
    const frequency = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      const { source, target } = phrase({ words: 150, names: 0.25 }, 10, random);
      expect(words(target)).toHaveLength(10);
      words(source).forEach((word, at) => {
        const other = words(target)[at]!;
        expect(dictionary.get(word) ?? other).toBe(other);
        dictionary.set(word, other);
        frequency.set(word, (frequency.get(word) ?? 0) + 1);
      });
    }
    const names = [...frequency].filter(([word]) => /\d/.test(word));
    expect(names.reduce((sum, [, count]) => sum + count, 0) / 4000).toBeCloseTo(0.25, 1);
    expect(names.every(([name]) => dictionary.get(name) === name)).toBe(true);
    const known = [...dictionary.keys()].filter((word) => !/\d/.test(word));
    expect(known).toHaveLength(150);
    expect(new Set(known.map((word) => dictionary.get(word))).size).toBe(150);
    // Word 0 is "baba", word 149 the last; their probabilities are as 169 to 20.
    expect(frequency.get("baba")!).toBeGreaterThan(3 * (frequency.get("kufi") ?? 0));
  });
});

describe("markdownTable", () => {
  it("aligns numbers, and lets no cell end early", () => {
    expect(
      markdownTable([
        ["a", "n"],
        ["x | y", "1"],
      ]),
    ).toBe("| a | n |\n| --- | ---: |\n| x \\| y | 1 |\n");
  });
});

const folder = await temporaryFolder(afterAll);

describe("heed experiment", () => {
  const place = (name: string): string => join(folder, name);
  const files = ["plot.png", "plot.svg", "results.json", "table.md"];

  it("length: compares a fixed context with attention, by source length, beyond what was trained", async () => {
    const out = place("length");
    const own = await writeModule(folder, "mine.mjs");
    const call = [
      "experiment",
      "length",
      "--quick",
      "--scorers",
      `dot, ${own}`,
      "--recipes",
      "transformer",
      "--out",
      out,
    ];
    const { code, stdout, stderr } = await runCli(call);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^fixed-context +[\d,]+ +\d+ \/ \d+/m);
    expect(stdout).toMatch(/longest trained on/);
    expect(await readdir(out)).toEqual(expect.arrayContaining(files));
    const results = JSON.parse(await readFile(join(out, "results.json"), "utf8"));
    expect(results).toMatchObject({ experiment: "length", seed: 0, quick: true, trained: [1, 4] });
    expect(results.models.map(({ name }: { name: string }) => name)).toEqual([
      "fixed-context",
      "dot",
      "mine",
      "transformer",
    ]);
    expect(results.models[1].lengths.map(({ length }: { length: number }) => length)).toEqual([1, 2, 3, 4, 5, 6]);
    const text = await readFile(join(out, "table.md"), "utf8");
    expect(text).toContain("`heed experiment length --quick --scorers ");
    expect(text).toMatch(/^\| mine \| /m);
    expect(text).toContain("](plot.svg)");
  });

  it("gives the same numbers again, and others with another seed", async () => {
    const resultsOf = async (...more: string[]): Promise<unknown> => {
      const call = ["experiment", "length", "--quick", "--scorers", "dot", "--json", "--out", place("again"), ...more];
      const told = (await runCli(call)).events();
      return told.filter(({ event }) => event === "result").map(({ name, lengths }) => ({ name, lengths }));
    };
    const first = await resultsOf();
    expect(await resultsOf()).toEqual(first);
    expect(await resultsOf("--seed", "5")).not.toEqual(first);
  });

  it("grid: every scorer with every normalizer, those of files too", async () => {
    const own = await writeModule(folder, "grid.mjs");
    const out = place("grid");
    const call = ["experiment", "grid", "--quick", "--scorers", `dot,${own}`, "--normalizers", "softmax,sparsemax"];
    const told = (await runCli([...call, "--json", "--out", out])).events();
    const cells = told.filter(({ event }) => event === "result");
    expect(cells.map(({ name }) => name)).toEqual(
      ["dot", "mine"].flatMap((scorer) => [`${scorer} + softmax`, `${scorer} + sparsemax`]),
    );
    for (const cell of cells) {
      expect(cell.tokensPerSecond).toBeGreaterThan(0);
      expect(cell.tokenAccuracy).toBeLessThanOrEqual(1);
      expect([null, 2, 4]).toContain(cell.stepsTo95);
    }
    expect(told.at(-1)).toMatchObject({ event: "done", experiment: "grid", folder: out });
    expect(await readdir(out)).toEqual(expect.arrayContaining([...files, "plot-speed.svg"]));
  });

  it("repetition: beside the reference", async () => {
    const out = place("repetition");
    const { code, stdout } = await runCli(["experiment", "repetition", "--quick", "--scorers", "dot", "--out", out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^the reference +\d+\.\d % +0\.0 % +0\.0 % +0\.0 %$/m);
    expect(await readdir(out)).toEqual(expect.arrayContaining([...files, "plot-special.svg"]));
  });

  it("alignment: the scorers with the best first, on a task of one's choice", async () => {
    const out = place("alignment");
    const own = await writeModule(folder, "aligned.mjs");
    const call = ["experiment", "alignment", "--quick", "--scorers", `dot,location,${own}`, "--task", "numerals"];
    const { code, stdout } = await runCli([...call, "--out", out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^mine( +[\d,.]+( %)?){4}$/m);
    expect(await readdir(out)).toEqual(expect.arrayContaining(files));
    const results = JSON.parse(await readFile(join(out, "results.json"), "utf8"));
    expect(results).toMatchObject({ experiment: "alignment", task: "numerals", quick: true });
    const shares = results.models.map(({ strongest }: { strongest: number }) => strongest);
    expect(shares).toEqual(shares.toSorted((a: number, b: number) => b - a));
    expect(results.models.map(({ name }: { name: string }) => name).sort()).toEqual(["dot", "location", "mine"]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("stops after the step on %s with exit code %i, and writes nothing", async (signal, exitCode) => {
    const out = place("stopped");
    const call = ["experiment", "length", "--quick", "--out", out];
    const { code, stdout } = await runCli(call, { interruptAt: /^1\/4/m, signal });
    expect(code).toBe(exitCode);
    expect(stdout).toMatch(/Stopped: nothing was written\./);
    await expect(readdir(out)).rejects.toThrow(/ENOENT/);
  });

  it.each([
    [["lenght"], /Allowed choices are length, grid, repetition, alignment\./],
    [["length", "--scorers", "doot"], /--scorers: There is no scorer "doot"\. Did you mean "dot"\?/],
    [["length", "--scorers", ","], /--scorers must be names separated by commas, got none\./],
    [["length", "--normalizers", "softmax"], /heed experiment length takes no --normalizers\./],
    [["repetition", "--task", "copy"], /heed experiment repetition takes no --task\./],
    [
      ["grid", "--normalizers", "softmix"],
      /--normalizers: There is no normalizer "softmix"\. Did you mean "softmax"\?/,
    ],
    [["grid", "--task", "cpoy"], /--task: There is no task "cpoy"\. Did you mean "copy"\?/],
    [
      ["length", "--recipes", "transfromer"],
      /--recipes: There is no recipe "transfromer"\. Did you mean "transformer"\?/,
    ],
  ])("calls %j wrong usage", async (argv, message) => {
    const { code, stdout, stderr } = await runCli(["experiment", ...argv]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it("names the file that is in the way", async () => {
    await writeFile(place("file"), "");
    const { code, stderr } = await runCli(["experiment", "grid", "--quick", "--out", place("file")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/file is a file; a folder was expected/);
  });
});
