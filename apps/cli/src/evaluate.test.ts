import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask, trainOn, writeCorpus } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const textRun = join(folder, "text");
const weakRun = join(folder, "weak");
const copyRun = join(folder, "copy");
let corpus = { source: "", target: "" };

const evaluate = (models: string | null, paths: { source: string; target: string }, ...more: string[]) =>
  runCli([
    "evaluate",
    ...(models === null ? [] : ["--model", models]),
    "--src",
    paths.source,
    "--ref",
    paths.target,
    ...more,
  ]);

interface Results {
  readonly systems: {
    readonly name: string;
    readonly metrics: Record<string, { value: number; pValue: number | null }>;
  }[];
}

beforeAll(async () => {
  corpus = await writeCorpus(join(folder, "corpus"));
  const settings = ["training.batchSize=4", "training.learningRate=0.02", "model.hiddenSize=16"];
  const given = [...settings, "data.sourceTokenizer.locale=ko"].flatMap((setting) => ["--set", setting]);
  await trainOn(corpus, textRun, ...given, "--set", "training.epochs=12");
  await trainOn(corpus, weakRun, "--set", "training.epochs=1", "--set", "data.lowercase=true");
  await runCli(["train", "copy", ...tinyTask, "--out", copyRun]);
}, 120_000);

describe("heed evaluate with one model", () => {
  it("is a table of measures, with confidence intervals and signatures", async () => {
    const { code, stdout } = await evaluate(textRun, corpus);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^pairs +40$/m);
    for (const name of ["loss", "perplexity", "token accuracy"])
      expect(stdout).toMatch(new RegExp(`^${name} +\\d`, "m"));
    for (const name of ["sequence-accuracy", "bleu", "chrf", "chrf-plus-plus"]) {
      expect(stdout).toMatch(new RegExp(`^${name} +[\\d.]+ ± [\\d.]+ `, "m"));
    }
    expect(stdout).toContain("BLEU|nrefs:1|bs:1000|seed:12345|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0");
    expect(stdout).toMatch(/^Worst/m);
    const terse = await evaluate(textRun, corpus, "--metrics", "chrf", "--samples", "0", "--examples", "0");
    expect(terse.stdout).toMatch(/^chrf +[\d.]+ +corpus chrF2/m);
    expect(terse.stdout).not.toMatch(/^bleu|±|^Worst/m);
  });

  it("reads gzip, and the encoding that is named", async () => {
    const [source, target] = [join(folder, "all.ko.gz"), join(folder, "all.en")];
    const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
    await writeFile(source, gzipSync(utf16(`\ufeff${await readFile(corpus.source, "utf8")}`)));
    await writeFile(target, utf16(await readFile(corpus.target, "utf8")));
    const { events } = await evaluate(textRun, { source, target }, "--json", "--encoding", "utf-16le");
    expect(events()).toEqual((await evaluate(textRun, corpus, "--json")).events());
    expect((await evaluate(textRun, { source, target }, "--json")).code).toBe(1);
  });

  it("is one event with --json", async () => {
    const [done, ...more] = (await evaluate(textRun, corpus, "--json")).events();
    expect(more).toEqual([]);
    expect(done).toMatchObject({ event: "done", pairs: 40, emptyPairs: 0, test: "paired-bootstrap", samples: 1000 });
    const [system] = (done as unknown as { systems: Record<string, unknown>[] }).systems;
    expect(system).toMatchObject({ name: "text", metrics: { bleu: { value: expect.any(Number), pValue: null } } });
    expect(system!.perplexity).toBeCloseTo(Math.exp(system!.loss as number), 4);
  });

  it("searches as heed translate does", async () => {
    const lines = (await runCli(["translate", "--model", textRun, "--input", corpus.source, "--max-length", "2"]))
      .stdout;
    const out = join(folder, "short");
    await evaluate(textRun, corpus, "--max-length", "2", "--output", out);
    expect(await readFile(join(out, "text.txt"), "utf8")).toBe(lines);
    const wrong = await evaluate(textRun, corpus, "--n-best", "2");
    expect(wrong.code).toBe(2);
    const unfit = await evaluate(textRun, corpus, "--require", "coffee");
    expect([unfit.code, unfit.stderr]).toEqual([2, expect.stringContaining("--require needs a beam search")]);
  });

  it("says that pairs with an empty side were counted, and measures nothing where there are no others", async () => {
    const some = await writeCorpus(join(folder, "gaps"), (sources, targets) => {
      sources.splice(6, 1, "");
      for (const side of [sources, targets]) side.splice(2, 1, "");
    });
    const message = "Counted in every measure, although a side is empty: 2 pairs (line 3, 7).";
    expect((await evaluate(textRun, some)).stdout).toContain(`note: ${message}`);
    const [notice, done] = (await evaluate(textRun, some, "--json")).events();
    expect(notice).toEqual({ event: "notice", message: expect.stringContaining(message) });
    expect(done).toMatchObject({ event: "done", pairs: 40, emptyPairs: 2 });
    const none = await writeCorpus(join(folder, "blank"), (...sides) => {
      for (const side of sides) side.splice(0, side.length, "", " ");
    });
    const { code, stdout, stderr } = await evaluate(textRun, none);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/expected a pair with a token on both sides, got none in 2 pairs/);
  });

  it("reports a line that the model cannot process, and measures the others", async () => {
    const paths = { source: join(folder, "bad.src"), target: join(folder, "bad.ref") };
    await writeFile(paths.source, "a b\na z\nc\n");
    await writeFile(paths.target, "a b\na b\nc\n");
    const { code, stdout, stderr } = await evaluate(copyRun, paths);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^pairs +3$/m);
    expect(stderr).toMatch(/^line 2: error: The vocabulary of \d+ tokens has no "z"/m);
    const { systems } = (await evaluate(copyRun, paths, "--json")).events().at(-1) as unknown as {
      systems: { errors: { line: number }[] }[];
    };
    expect(systems[0]!.errors).toMatchObject([{ line: 2 }]);
  });

  it("names both counts where files differ in length", async () => {
    const uneven = await writeCorpus(join(folder, "uneven"), (_, targets) => targets.pop());
    const { code, stderr } = await evaluate(textRun, uneven);
    expect(code).toBe(1);
    expect(stderr).toMatch(/has 40 lines and .* has 39/);
  });
});

describe("heed evaluate with several systems", () => {
  it("has a column for each, differences from the first, and counts of better sentences", async () => {
    const file = join(folder, "mine.txt");
    await writeFile(file, await readFile(corpus.target, "utf8"));
    const { code, stdout, stderr } = await evaluate(`${weakRun},${textRun}`, corpus, "--hypotheses", file);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ +weak +text +mine\.txt$/m);
    expect(stdout).toMatch(/^loss +\d\S+ +\d\S+ +–$/m);
    expect(stdout).toMatch(/^chrf +[\d.]+ ± [\d.]+ +[\d.]+ ± [\d.]+ +100\.00 ± 0\.00$/m);
    expect(stdout).toMatch(/^ {2}difference +\+[\d.]+ p (< )?0\.\d+ \* +\+[\d.]+ p (< )?0\.\d+ \*$/m);
    expect(stdout).toMatch(/^better \/ equal \/ worse +\d+ \/ \d+ \/ \d+ +\d+ \/ \d+ \/ \d+$/m);
    expect(stdout).toMatch(/^Largest differences/m);
  });

  it("breaks into tables below each other where the terminal is narrow", async () => {
    const { stdout } = await runCli(
      [
        ...["evaluate", "--model", `${weakRun},${textRun}`, "--hypotheses", corpus.target],
        ...["--src", corpus.source, "--ref", corpus.target],
      ],
      { tty: true, columns: 60 },
    );
    expect(stdout.split("\n").filter((line) => /^chrf /.test(line)).length).toBeGreaterThan(1);
  });

  it("needs no model for files of translations", async () => {
    const call = ["--hypotheses", corpus.target, "--metrics", "bleu,chrf", "--bleu-tokenize", "none,char", "--json"];
    const { systems } = (await evaluate(null, corpus, ...call)).events().at(-1) as unknown as Results;
    expect(Object.entries(systems[0]!.metrics).map(([name, { value }]) => [name, Math.round(value)])).toEqual([
      ["bleu-none", 100],
      ["bleu-char", 100],
      ["chrf", 100],
    ]);
  });

  it("writes a file for each system, also where their names differ only in signs that a file name cannot have", async () => {
    const out = join(folder, "alike");
    const files = ["a b", "a-b", "A?b"].map((name) => join(folder, name));
    for (const file of files) await writeFile(file, (await readFile(corpus.target, "utf8")).replace("I", file));
    expect((await evaluate(null, corpus, "--hypotheses", files.join(","), "--output", out)).code).toBe(0);
    expect((await readdir(out)).sort()).toEqual(["A-b-3.txt", "a-b-2.txt", "a-b.txt", "results.json"]);
  });

  it("says that there is no line", async () => {
    const empty = join(folder, "empty.txt");
    await writeFile(empty, "");
    const { code, stderr } = await evaluate(null, { source: empty, target: empty }, "--hypotheses", empty);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/empty\.txt must have at least one line, got none\.$/m)]);
  });

  it("does not test models that lower-case against others, and says how to", async () => {
    const upper = { ...corpus, target: join(folder, "upper.en") };
    await writeFile(upper.target, (await readFile(corpus.target, "utf8")).toUpperCase());
    const models = `${textRun},${weakRun}`;
    const apart = await evaluate(models, upper, "--json");
    const [notice, done] = apart.events() as [Record<string, unknown>, unknown];
    expect(notice).toMatchObject({ event: "notice", message: expect.stringMatching(/weak\. Add --lowercase/) });
    expect((done as Results).systems[1]!.metrics.chrf!.pValue).toBeNull();
    const [together] = (await evaluate(models, upper, "--json", "--lowercase")).events() as unknown as [Results];
    expect(together.systems[1]!.metrics.chrf!.pValue).not.toBeNull();
  });

  it("writes translations, results and a page", async () => {
    const [out, page] = [join(folder, "out"), join(folder, "pages", "report.html")];
    const options = ["--hypotheses", corpus.target, "--output", out, "--report", page];
    const { stdout } = await evaluate(textRun, corpus, ...options);
    expect(stdout).toContain(`Open ${page} in a browser.`);
    expect((await readdir(out)).sort()).toEqual(["results.json", "text.txt", "train.en.txt"]);
    expect((await readFile(join(out, "text.txt"), "utf8")).split("\n")).toHaveLength(41);
    const results = JSON.parse(await readFile(join(out, "results.json"), "utf8")) as Results;
    expect(results.systems.map(({ name }) => name)).toEqual(["text", "train.en"]);
    const html = await readFile(page, "utf8");
    expect(html).toContain("Comparison of text, train.en");
    expect(html).toContain("커피를");
  });

  it("refuses options that do not fit together", async () => {
    const cases: [string | null, string[], string][] = [
      [null, [], "Name what is evaluated: --model runs/x for a trained run, or --hypotheses file.txt."],
      [textRun, ["--report", "page.pdf"], "--report page.pdf: the name of the page must end in .html."],
      [`${textRun},${textRun}/`, [], "Name each model and each file once"],
      [null, ["--hypotheses", corpus.target, "--alignments", "links"], "--alignments measures the attention of models"],
      [textRun, ["--alignments-scored", "positions"], "--alignments-scored needs --alignments, got none."],
      [textRun, ["--bleu-tokenize", "14a"], "--bleu-tokenize must be names among 13a, none, char, intl"],
      [textRun, ["--metrics", ","], "--metrics must be names separated by commas, got none."],
    ];
    for (const [model, options, message] of cases) {
      const { code, stderr } = await evaluate(model, corpus, ...options);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});

describe("--alignments", () => {
  const path = join(folder, "links");

  it("measures where attention looks, for models with attention", async () => {
    const sources = (await readFile(corpus.source, "utf8")).trim().split("\n");
    await writeFile(path, sources.map(() => "0-0 1?1\n").join(""));
    const { stdout } = await evaluate(textRun, corpus, "--alignments", path);
    expect(stdout).toMatch(/^alignment error +\d+\.\d %/m);
    await writeFile(path, sources.map(() => "1-1\n").join(""));
    const measured = await evaluate(textRun, corpus, "--alignments", path, "--alignments-first", "1", "--json");
    const { systems } = measured.events().at(-1) as unknown as { systems: { alignment: Record<string, number> }[] };
    expect(systems[0]!.alignment).toMatchObject({ pairs: 40, skipped: 0, sure: 40 });
  });

  it("counts only the positions that are scored", async () => {
    const [scored, of] = [join(folder, "scored"), (path: string) => ["--alignments-scored", path]];
    await writeFile(path, "1-1 2-2\n".repeat(40));
    await writeFile(scored, `${"1 2\t1\n".repeat(10)}${"2\t1\n".repeat(30)}`);
    const first = ["--alignments", path, "--alignments-first", "1", ...of(scored), "--json"];
    const { systems } = (await evaluate(textRun, corpus, ...first)).events().at(-1) as unknown as {
      systems: { alignment: Record<string, number> }[];
    };
    expect(systems[0]!.alignment).toMatchObject({ pairs: 40, sure: 10 });
    await writeFile(scored, "1 2\t0\n".repeat(40));
    expect((await evaluate(textRun, corpus, ...first)).stderr).toMatch(/scored:1: Expected positions from 1/);
  });

  it("names the line of the file that is wrong", async () => {
    await writeFile(path, "0-0\n");
    expect((await evaluate(textRun, corpus, "--alignments", path)).stderr).toMatch(
      /links has 1 line, but there are 40/,
    );
    await writeFile(path, `${"0-0\n".repeat(39)}0:0\n`);
    expect((await evaluate(textRun, corpus, "--alignments", path)).stderr).toMatch(/links:40: Expected links such as/);
  });
});
