import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask, trainOn, writeCorpus } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const copyRun = join(folder, "copy");
const textRun = join(folder, "text");
const fixedRun = join(folder, "fixed");
let corpus = { source: "", target: "" };

beforeAll(async () => {
  corpus = await writeCorpus(join(folder, "corpus"));
  await runCli(["train", "copy", ...tinyTask, "--out", copyRun]);
  const learning = [
    "training.epochs=12",
    "training.batchSize=4",
    "training.learningRate=0.02",
    "model.hiddenSize=16",
    "data.sourceTokenizer.locale=ko",
  ];
  const trained = await trainOn(corpus, textRun, ...learning.flatMap((setting) => ["--set", setting]));
  expect(trained.stderr).toBe("");
  await runCli(["train", "fixed-context", ...tinyTask, "--out", fixedRun]);
}, 60_000);

describe("heed translate", () => {
  it("writes one line for each line, empty ones too", async () => {
    const input = "나는 간다\n\n너는 커피를 마신다\n";
    const { code, stdout, stderr } = await runCli(["translate", "--model", textRun], { input });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^i /);
    expect(lines[1]).toBe("");
    expect(lines[2]).toMatch(/^you /);
  });

  it("reads a file", async () => {
    const path = join(folder, "input.ko");
    await writeFile(path, "나는 간다\n");
    const fromFile = await runCli(["translate", "--model", textRun, "--input", path]);
    const piped = await runCli(["translate", "--model", textRun], { input: "나는 간다\n" });
    expect(fromFile.stdout).toBe(piped.stdout);
  });

  it("reads gzip, and the encoding that is named", async () => {
    const plain = await runCli(["translate", "--model", textRun], { input: "나는 간다\n" });
    const path = join(folder, "input.ko.gz");
    await writeFile(path, gzipSync("나는 간다\n"));
    expect((await runCli(["translate", "--model", textRun, "--input", path])).stdout).toBe(plain.stdout);
    // "나는 간다" in EUC-KR.
    const korean = Uint8Array.of(0xb3, 0xaa, 0xb4, 0xc2, 0x20, 0xb0, 0xa3, 0xb4, 0xd9, 0x0a);
    const translate = ["translate", "--model", textRun, "--encoding", "euc-kr"];
    for (const input of [korean, gzipSync(korean)]) {
      expect((await runCli(translate, { input })).stdout).toBe(plain.stdout);
    }
    await writeFile(path, korean);
    expect((await runCli([...translate, "--input", path])).stdout).toBe(plain.stdout);
    const wrong = await runCli(["translate", "--model", textRun], { input: korean });
    expect(wrong.stderr).toContain("standard input:1: not valid UTF-8: byte 0xB3 at offset 0.");
    expect(wrong.stderr).toContain("set --encoding");
    const unknown = await runCli(["translate", "--model", textRun, "--encoding", "cp949"], { input: korean });
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('got "cp949". Use "euc-kr".');
  });

  it("is NDJSON with --json", async () => {
    const { events } = await runCli(["translate", "--model", textRun, "--json"], { input: "나는 간다\n\n" });
    expect(events()).toEqual([
      expect.objectContaining({
        event: "translation",
        line: 1,
        source: "나는 간다",
        text: expect.stringMatching(/^i /),
      }),
      expect.objectContaining({ event: "translation", line: 2, source: "", text: "" }),
      { event: "done", lines: 2, errors: 0 },
    ]);
  });

  it("says beside the translations what it does not know, or what is too long", async () => {
    const unknown = await runCli(["translate", "--model", textRun], {
      input: "나는 간다\n나는 강아지다\n나는 강아지다\n",
    });
    expect(unknown.stdout.split("\n")).toHaveLength(4);
    expect(unknown.stderr).toMatch(/^note: Not in the vocabulary in 2 of 3 lines: "강아지다"\.\n$/);
    const long = await runCli(["translate", "--model", textRun], { input: `${"나는 ".repeat(60)}\n` });
    expect(long.stderr).toMatch(/line 1: 60 tokens; the model was trained on at most 50/);
  });

  it("reports a bad or overlong line, keeps its place, and translates the others", async () => {
    const input = `${"a b\n".repeat(69)}a z\n${"a ".repeat(2001)}\nb\n`;
    const { code, stdout, stderr } = await runCli(["translate", "--model", copyRun], { input });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^line 70: error: The vocabulary of \d+ tokens has no "z"/m);
    expect(stderr).toMatch(/^line 71: error: The line has 2001 tokens; at most 2000 can be translated/m);
    const lines = stdout.split("\n");
    expect(lines).toHaveLength(73);
    expect(lines.slice(69, 71)).toEqual(["", ""]);
    const json = (await runCli(["translate", "--model", copyRun, "--json"], { input: "a z\na\n" })).events();
    expect(json.map(({ error }) => typeof error)).toEqual(["string", "object", "undefined"]);
    expect(json.at(-1)).toEqual({ event: "done", lines: 2, errors: 1 });
  });

  it("names the line of its input that is not UTF-8", async () => {
    const input = new Uint8Array([0x61, 0x0a, 0xff, 0x0a]);
    const { code, stdout, stderr } = await runCli(["translate", "--model", textRun], { input });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/standard input:2: not valid UTF-8/);
  });

  it("names a missing input file", async () => {
    const { code, stderr } = await runCli(["translate", "--model", textRun, "--input", join(folder, "no.ko")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no file .*no\.ko/);
  });
});

describe("heed attend", () => {
  it("draws the weights in the terminal and as a file", async () => {
    const out = join(folder, "figures", "attention.svg");
    const { code, stdout } = await runCli(["attend", "나는 커피를 마신다", "--model", textRun, "--out", out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/커피를/);
    expect(stdout).toContain(`The picture is in ${out}.`);
    expect(await readFile(out, "utf8")).toMatch(/<svg[\s\S]*커피를/);
    for (const name of ["a.png", "a.html"]) {
      await runCli(["attend", "나는 간다", "--model", textRun, "--out", join(folder, name)]);
      expect((await readFile(join(folder, name))).length).toBeGreaterThan(1000);
    }
  });

  it("names the file that is in the way of --out, before it writes anything", async () => {
    const file = join(folder, "in-the-way");
    await writeFile(file, "");
    const out = join(file, "a.svg");
    const { code, stdout, stderr } = await runCli(["attend", "나는 간다", "--model", textRun, "--out", out]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/Cannot write to .*in-the-way: .*in-the-way is a file; a folder was expected\./);
  });

  it("gives the weights with --json", async () => {
    const told = (await runCli(["attend", "a b c", "--model", copyRun, "--json"])).events();
    const attention = told.find(({ event }) => event === "attention");
    expect(attention).toMatchObject({ event: "attention", source: ["a", "b", "c"] });
    const weights = attention?.weights as number[][];
    expect(weights).toHaveLength((attention?.target as string[] | undefined)?.length ?? 0);
    for (const row of weights) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    expect(told.at(-1)).toEqual({ event: "done" });
  });

  it("says that a model without attention has no weights", async () => {
    const { code, stderr } = await runCli(["attend", "a b c", "--model", fixedRun]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/recipe fixed-context, which has no attention/);
  });
});

describe("heed verify", () => {
  it("prints a line for each file of a sound run", async () => {
    const { code, stdout, stderr } = await runCli(["verify", textRun]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^ok +source\.tokenizer\.json +[\d,]+ bytes +tokenizer of the source, vocabulary of \d+; right checksum$/m,
    );
    expect(stdout).toMatch(/^ok +best\.safetensors +.*right checksum; finite; shapes of config\.yaml$/m);
    expect(stdout).toMatch(/^- +loss\.svg .*not a file of a run/m);
    expect(stdout).toMatch(/\n\nNo faults\.\n$/);
  });

  it("names what is wrong, and what to do, and exits with 1", async () => {
    const model = join(folder, "faulty");
    await cp(copyRun, model, { recursive: true });
    await writeFile(join(model, "model.safetensors"), "nonsense");
    await writeFile(join(model, "a\u001b[2J\nb"), "");
    const text = await runCli(["verify", model], { tty: true, columns: 200 });
    expect(text.code).toBe(1);
    expect(text.stdout).not.toContain("\u001b[2J");
    expect(text.stdout).toContain("model.safetensors is damaged");
    expect(text.stdout).toContain("use it (--previous)");
    const json = await runCli(["verify", model, "--json"]);
    expect(json.code).toBe(1);
    expect(json.events().find(({ name }) => name === "model.safetensors")).toMatchObject({
      ...{ event: "file", checksum: false, bytes: 8 },
    });
    expect(json.events().at(-1)).toEqual({ event: "done", folder: model, sound: false, faults: 1 });
    expect((await runCli(["verify", join(folder, "nowhere")])).stderr).toMatch(/no run folder .*nowhere/);
  });
});

describe("a run folder that cannot be used", () => {
  const attend = (model: string): ReturnType<typeof runCli> => runCli(["attend", "a b", "--model", model]);

  it("is missing", async () => {
    const { code, stderr } = await attend(join(folder, "nowhere"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/no run folder .*nowhere/);
  });

  it("is a file", async () => {
    const { code, stderr } = await attend(corpus.source);
    expect(code).toBe(1);
    expect(stderr).toMatch(/is not a run folder: it is a file/);
    expect(stderr).not.toMatch(/scandir/);
  });

  it("is half-written", async () => {
    const model = join(folder, "half");
    await cp(copyRun, model, { recursive: true });
    await rm(join(model, "best.safetensors"));
    await rm(join(model, "state.json"));
    const { code, stderr } = await attend(model);
    expect(code).toBe(1);
    expect(stderr).toMatch(/half-written: best\.safetensors is missing/);
  });

  it("is from another model: names the parameter and both shapes", async () => {
    const model = join(folder, "other");
    await cp(copyRun, model, { recursive: true });
    const config = await readFile(join(model, "config.yaml"), "utf8");
    await writeFile(
      join(model, "config.yaml"),
      config.replace(/^#.*\n/, "").replace("hiddenSize: 8", "hiddenSize: 12"),
    );
    const { code, stderr } = await attend(model);
    expect(code).toBe(1);
    expect(stderr).toMatch(/another model than config\.yaml/);
    expect(stderr).toMatch(/weight_hh_l0.*\[36, 12\].*\[24, 8\]|weight_hh_l0.*\[24, 8\].*\[36, 12\]/);
  });
});
