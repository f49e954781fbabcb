import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const place = (name: string): string => join(folder, name);
const call = (command: string, ...more: string[]) =>
  runCli([command, "--model", place("a"), ...more], { input: "a b c\n\nb a\n" });
const translate = (...more: string[]) => call("translate", ...more);
const linesOf = (text: string): string[] => text.trimEnd().split("\n");

beforeAll(async () => {
  for (const [name, ...settings] of [
    ["a", "data.symbols=3"],
    ["b", "data.symbols=3", "seed=2"],
    ["other", "data.symbols=5"],
  ]) {
    const set = settings.flatMap((setting) => ["--set", setting]);
    expect((await runCli(["train", "copy", ...tinyTask, ...set, "--out", place(name!)])).stderr).toBe("");
  }
}, 60_000);

describe("heed translate, with a search", () => {
  it("writes the n best of a beam: line, score, text", async () => {
    const { code, stdout, stderr } = await translate("--beam", "4", "--n-best", "3", "--length-penalty", "1");
    expect([code, stderr.includes("error")]).toEqual([0, false]);
    const rows = stdout
      .slice(0, -1)
      .split("\n")
      .map((row) => row.split("\t"));
    expect(rows.map(([line]) => line)).toEqual(["1", "1", "1", "2", "3", "3", "3"]);
    expect(rows[3]).toEqual(["2", "", ""]);
    expect(Number(rows[0]![1])).toBeGreaterThanOrEqual(Number(rows[1]![1]));
  });

  it("tells tokens, scores and alignments with --json", async () => {
    const search = ["--beam", "4", "--n-best", "2", "--coverage-penalty", "0.2", "--length-penalty-kind", "marian"];
    const [first, empty, , done] = (await translate(...search, "--no-early-stopping", "--json")).events();
    const hypotheses = first!.hypotheses as Record<string, unknown[]>[];
    expect(first).toMatchObject({ event: "translation", line: 1, sourceTokens: ["a", "b", "c"], error: null });
    expect(hypotheses).toHaveLength(2);
    for (const { tokens, logProbs, alignment } of hypotheses) {
      expect([logProbs!.length, alignment!.length]).toEqual([tokens!.length, tokens!.length]);
      for (const at of alignment!) expect([0, 1, 2]).toContain(at);
    }
    expect(empty).toMatchObject({ line: 2, text: "", hypotheses: [] });
    expect(done).toEqual({ event: "done", lines: 3, errors: 0 });
  });

  it("keeps to prefix, required and forbidden phrases, and lengths", async () => {
    const beam = ["--beam", "4"];
    for (const line of linesOf((await translate("--prefix", "c a")).stdout)) expect(line).toMatch(/^(c a|$)/);
    const required = await translate(...beam, "--require", "b b", "--require", "c");
    for (const line of linesOf(required.stdout)) expect(line).toMatch(/^$|(?=.*b b)(?=.*c)/);
    for (const line of linesOf((await translate("--forbid", "a")).stdout)) expect(line).not.toContain("a");
    for (const line of linesOf((await translate("--max-length", "2")).stdout))
      expect(line.length).toBeLessThanOrEqual(3);
    const long = await translate("--min-length", "6", "--no-repeat-ngram", "2");
    for (const line of linesOf(long.stdout)) {
      const words = line.split(" ");
      const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
      expect(new Set(pairs).size).toBe(pairs.length);
      if (line !== "") expect(words.length).toBeGreaterThanOrEqual(5);
    }
  });

  it("samples, and the seed decides", async () => {
    const draw = async (...more: string[]) =>
      (await translate("--sample", "--temperature", "2", "--top-k", "4", "--top-p", "0.9", "--n-best", "4", ...more))
        .stdout;
    expect(await draw("--seed", "1")).toBe(await draw("--seed", "1"));
    expect(await draw("--seed", "1")).not.toBe(await draw("--seed", "2"));
  });

  it("averages the models of an ensemble, and names both sizes of different vocabularies", async () => {
    const run = (models: string) => runCli(["translate", "--model", models], { input: "a b c\n" });
    const both = await run(`${place("a")},${place("b")}`);
    expect([both.code, linesOf(both.stdout)]).toEqual([0, [expect.any(String)]]);
    const different = await run(`${place("a")},${place("other")}`);
    expect([different.code, different.stdout]).toEqual([1, ""]);
    expect(different.stderr).toMatch(/same source vocabulary, but model 1 has 6 tokens and model 2 has 8/);
    expect((await run(`${place("a")},`)).stderr).toMatch(/--model must be folders separated by commas/);
  });

  it("writes a file in place of standard output, and no notes with --quiet", async () => {
    const plain = await translate();
    const loud = await translate("--output", place("out.txt"));
    expect(loud.stdout).toBe(`Wrote 3 lines to ${place("out.txt")}.\n`);
    expect(await readFile(place("out.txt"), "utf8")).toBe(plain.stdout);
    const quiet = await runCli(["translate", "--model", place("a"), "--quiet"], { input: `${"a b ".repeat(40)}\nz\n` });
    expect(quiet.code).toBe(1);
    expect(quiet.stderr).toMatch(/^line 2: error: .*no "z".*\n$/);
    const blocked = await translate("--output", join(place("out.txt"), "x.txt"));
    expect([blocked.code, blocked.stdout]).toEqual([1, ""]);
    expect(blocked.stderr).toMatch(/Cannot write to/);
  });

  it.each([
    [["--beam", "0"], /'0' is invalid.*whole number of at least 1/],
    [["--beam", "7"], /--beam must be at most the size of the target vocabulary, which is 6, got 7\./],
    [["--beam", "2", "--n-best", "3"], /--n-best must be at most --beam, which is 2, got 3\./],
    [["--n-best", "2"], /--n-best has no effect here: add --beam 5, or --sample\./],
    [["--length-penalty", "1"], /--length-penalty has no effect here: add --beam 5\./],
    [["--no-early-stopping"], /--no-early-stopping has no effect here: add --beam 5\./],
    [["--top-p", "0.5"], /--top-p has no effect here: add --sample\./],
    [["--beam", "2", "--length-penalty", "-1"], /--length-penalty must be a number of at least 0, got -1/],
    [["--beam", "2", "--length-penalty", "x"], /A number was expected/],
    [["--sample", "--top-p", "2"], /--top-p must be above 0 and at most 1, got 2/],
    [["--sample", "--beam", "2"], /cannot be used with/],
    [["--require", "a"], /--require needs a beam search: add --beam 5\./],
    [["--prefix", "a ü"], /--prefix "a ü": The vocabulary of 6 tokens has no "ü"/],
    [["--beam", "2", "--require", " "], /--require: expected a phrase/],
    [["--beam", "2", "--require", "a b", "--forbid", "b"], /--forbid "b" is a part of "a b", which must be written/],
    [["--beam", "2", "--require", "a b c", "--max-length", "3"], /have 3 tokens.* but --max-length is 3/],
    [["--prefix", "a b", "--max-length", "2"], /but --max-length is 2/],
    [["--min-length", "5", "--max-length", "4"], /--min-length is 5, but --max-length is 4/],
    [["--prefix", "a a", "--no-repeat-ngram", "1"], /--no-repeat-ngram does not allow/],
  ])("refuses %j", async (more, message) => {
    const { code, stdout, stderr } = await translate(...more);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});

describe("heed score", () => {
  const files = async (source: string, target: string): Promise<string[]> => {
    await writeFile(place("s.txt"), source);
    await writeFile(place("t.txt"), target);
    return ["--src", place("s.txt"), "--ref", place("t.txt")];
  };

  it("writes the log-probability of each pair, which is that of the search", async () => {
    const found = (await translate("--json")).events();
    const targets = found.slice(0, 3).map(({ text }) => text);
    const paths = await files("a b c\n\nb a\n", `${targets.join("\n")}\n`);
    const { code, stdout, stderr } = await call("score", ...paths);
    const [first, second, third] = linesOf(stdout);
    const logProbOf = (line: number) => (found[line]!.hypotheses as { logProb: number }[])[0]!.logProb;
    expect(Number(first)).toBeCloseTo(logProbOf(0), 3);
    expect(Number(third)).toBeCloseTo(logProbOf(2), 3);
    expect([code, second]).toEqual([1, "NaN"]);
    expect(stderr).toMatch(/^line 2: error: The source has no tokens\. Remove the pair\.$/m);
    expect(stderr).toMatch(/2 pairs, \d+ tokens: perplexity \d/);
  });

  it("tells tokens with --json, and writes a file", async () => {
    const paths = await files("a b\nc\n", "a b\nc\n");
    const [first, , done] = (await call("score", ...paths, "--json")).events();
    expect(first).toMatchObject({
      event: "score",
      line: 1,
      source: ["a", "b"],
      tokens: ["a", "b", "<eos>"],
      error: null,
    });
    expect((first!.logProbs as number[]).length).toBe(3);
    expect(done).toMatchObject({ event: "done", pairs: 2, errors: 0, tokens: 5 });
    const written = await call("score", ...paths, "--output", place("scores.txt"), "--quiet");
    expect([written.stdout, written.stderr]).toEqual(["", ""]);
    expect(linesOf(await readFile(place("scores.txt"), "utf8")).map(Number)[0]).toBeCloseTo(
      first!.logProb as number,
      3,
    );
    const both = await runCli(["score", "--model", `${place("a")},${place("b")}`, ...paths]);
    expect(linesOf(both.stdout)).toHaveLength(2);
  });
});
