import { spawn } from "node:child_process";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tiny, writeCorpus } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const place = (name: string): string => join(folder, name);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The call that trains bahdanau with settings of `data`. */
const call = (out: string, data: Readonly<Record<string, unknown>>): string[] => {
  const settings = Object.entries(data).flatMap(([key, value]) => ["--set", `data.${key}=${String(value)}`]);
  return ["train", "bahdanau", ...tiny, ...settings, "--out", place(out)];
};

let sources: string[] = [];
let targets: string[] = [];
beforeAll(async () => {
  const files = await writeCorpus(folder);
  const linesOf = async (file: string): Promise<string[]> => (await readFile(file, "utf8")).trimEnd().split("\n");
  [sources, targets] = [await linesOf(files.source), await linesOf(files.target)];
  const tsv = sources.map((source, i) => `${source}\t${targets[i]}\n`);
  await writeFile(place("all.tsv"), tsv.join(""));
  await writeFile(place("train.tsv.gz"), gzipSync(tsv.slice(0, 34).join("")));
  await writeFile(place("dev.tsv"), tsv.slice(34, 37).join(""));
  const lines = sources.slice(37).map((ko, i) => JSON.stringify({ ko, en: targets[37 + i] }));
  await writeFile(place("test.jsonl"), lines.join("\n"));
  await writeFile(place("wide.tsv"), tsv.map((line, i) => `${i}\t${line}`).join(""));
});

describe("heed train with files", () => {
  it("shows no colours of the data in a terminal", async () => {
    const colored = sources.map((source) => `\u001b[31m${source}\t${source}\n`);
    await writeFile(place("colored.tsv"), colored.join(""));
    const { code, stdout } = await runCli(call("colored", { tsv: place("colored.tsv") }), { tty: "all", columns: 200 });
    expect(code).toBe(0);
    expect(stdout).toContain("Look at another sentence:");
    expect(sources.filter((source) => stdout.includes(`\u001b[31m${source}`))).toEqual([]);
  });

  it("of every form, compressed or not, prints the measures of the test set", async () => {
    const file = place("sets.yaml");
    const data = [
      "  tsv: train.tsv.gz",
      "  validation: { tsv: dev.tsv }",
      "  test: { jsonl: test.jsonl, sourceColumn: ko, targetColumn: en }",
    ];
    await writeFile(file, `recipe: bahdanau\ndata:\n${data.join("\n")}\n`);
    const train = ["train", file, ...tiny, "--out", place("sets")];
    const { code, stdout, stderr } = await runCli(train);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("34 pairs to train on, 3 to validate on, 3 to test on;");
    expect(stdout).toMatch(/^Test set, with the best model\npairs +3\nloss +\d.*\n(.*\n){2}bleu +\d.*\nchrf +\d/m);
    const { events } = await runCli([...train, "--overwrite", "--json"]);
    const told = events().filter((event) => "test" in event);
    expect(told).toEqual([expect.objectContaining({ event: "done", test: expect.objectContaining({ pairs: 3 }) })]);
  });

  it("in EUC-KR needs the encoding, and the error names it", async () => {
    // "나는 학생이다." in EUC-KR, over and over.
    const sentence = [0xb3, 0xaa, 0xb4, 0xc2, 0x20, 0xc7, 0xd0, 0xbb, 0xfd, 0xc0, 0xcc, 0xb4, 0xd9, 0x2e];
    const line = (i: number): number[] => [...sentence, ...Buffer.from(` ${i % 10} ${i % 7}\ti ${i % 10} ${i % 7}\n`)];
    await writeFile(place("korean.tsv"), Uint8Array.from(Array.from({ length: 40 }, (_, i) => line(i)).flat()));
    const data = { tsv: place("korean.tsv"), validation: 4 };
    const refused = await runCli(call("korean", data));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("korean.tsv:1: not valid UTF-8: byte 0xB3");
    expect(refused.stderr).toContain("set `encoding: euc-kr`");
    const { code, stdout } = await runCli(call("korean", { ...data, encoding: "euc-kr" }));
    expect(code).toBe(0);
    expect(stdout).toContain("나는 학생이다.");
  });

  it("refuses a TSV file with three columns unless they are named", async () => {
    const refused = await runCli(call("wide", { tsv: place("wide.tsv") }));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/wide\.tsv:1: expected 2 columns, .* got 3: 1 "0", 2 "나는 간다"/);
    const named = { tsv: place("wide.tsv"), sourceColumn: 2, targetColumn: 3, validation: 4 };
    expect((await runCli(call("wide", named))).code).toBe(0);
  });

  it("names --set in the fault of a nested key", async () => {
    const { stderr } = await runCli(call("bad", { tsv: "a.tsv", "validation.header": "yes", "validation.tsv": "b" }));
    expect(stderr).toContain("--set data.validation.header must be true or false");
    const unknown = await runCli(call("bad", { "validation.tvs": "b.tsv" }));
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('there is no key "data.validation.tvs". Did you mean "data.validation.tsv"?');
  });
});

describe("heed train stops", () => {
  it("when the character tokenizer drops nearly all sentences, and says why", async () => {
    const data = { tsv: place("all.tsv"), tokenizer: "character", maxLength: 7, validation: 4 };
    const { code, stdout, stderr } = await runCli(call("dropped", data));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^error: \d+ of 40 training and validation pairs \(\d.* %\) have a side of more than 7 tokens/,
    );
    expect(stderr).toMatch(
      /the tokenizer is character\. Set data\.maxLength to a larger number \(25 keeps every pair\)/,
    );
  });

  it("when most tokens are unknown, and says what to set", async () => {
    const data = { tsv: place("all.tsv"), "sourceTokenizer.minFrequency": 30 };
    const { code, stdout, stderr } = await runCli(call("unknown", data));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /source tokens of the training data are unknown \(100 %\).*must occur 30 times.*data\.sourceTokenizer\.minFrequency: 1/,
    );
  });

  it("when text has no files", async () => {
    const { code, stderr } = await runCli(call("none", { lowercase: true }));
    expect(code).toBe(1);
    expect(stderr).toContain("Name files in the `data` section of the configuration (`source` and `target`, `tsv`,");
  });
});

describe("standard input", () => {
  const program = place("program");

  /** Runs the program in a process of its own. */
  function runProcess(argv: readonly string[], input: Uint8Array | string): Promise<{ code: number; text: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(program, "dist/main.mjs"), ...argv, "--backend", "cpu"]);
      let text = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
      }
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, text }));
      child.stdin.end(input);
    });
  }

  beforeAll(async () => {
    await build({
      config: false,
      entry: { main: path("./main.ts") },
      // Its paths lead from `@heed/x` to the sources.
      tsconfig: path("../tsconfig.json"),
      noExternal: [/./],
      format: ["esm"],
      target: "es2023",
      platform: "node",
      silent: true,
      outDir: join(program, "dist"),
      outExtension: () => ({ js: ".mjs" }),
      banner: {
        js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
      },
    });
    await mkdir(program, { recursive: true });
    await copyFile(path("../package.json"), join(program, "package.json"));
    // The renderer of PNG reads a file of its package.
    await symlink(path("../../../packages/viz/node_modules"), join(program, "node_modules"));
  });

  it("is data.tsv=-, compressed or not, and such a run cannot be resumed", async () => {
    const text = await readFile(place("all.tsv"));
    const train = call("piped", { tsv: "-", validation: 4 });
    const { code, text: printed } = await runProcess(train, gzipSync(text));
    expect(printed).toContain("36 pairs to train on, 4 to validate on;");
    expect(code).toBe(0);
    expect(await readFile(join(place("piped"), "config.yaml"), "utf8")).toContain('tsv: "-"');
    const resumed = await runProcess(
      ["train", "--out", place("piped"), "--resume", "--set", "training.epochs=3"],
      text,
    );
    expect(resumed.code).toBe(1);
    expect(resumed.text).toContain('piped cannot be resumed: its data came from standard input (data.tsv: "-")');
  });

  it("is read once only", async () => {
    const { code, text } = await runProcess(call("twice", { tsv: "-", "validation.tsv": "-" }), "a\tb\n");
    expect(code).toBe(1);
    expect(text).toContain("Standard input (-) can be read once only.");
  });
});
