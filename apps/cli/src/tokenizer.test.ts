import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, temporaryFolder } from "./testing/run-cli.js";

const folder = await temporaryFolder(afterAll);
const [corpus, file] = [join(folder, "corpus.txt"), join(folder, "bpe.json")];
const lines = ["the lowest tower is low", "the newest tower is new", "나는 학생이다"];
const text = `${lines.join("\n")}\n`;

beforeAll(() => writeFile(corpus, text.repeat(5)));

describe("heed tokenizer", () => {
  it("trains a tokenizer, encodes text and decodes ids", async () => {
    const trained = await runCli(["tokenizer", "train", corpus, "--set", "vocabularySize=320", "--out", file]);
    expect([trained.stderr, trained.code]).toEqual(["", 0]);
    expect(trained.stdout).toMatch(/^Trained bpe on 15 lines: 3\d\d tokens\. Written to /);
    expect(JSON.parse(await readFile(file, "utf8")).model.type).toBe("BPE");

    const tokens = await runCli(["tokenizer", "encode", "--tokenizer", file], { input: text });
    expect(tokens.stdout.split("\n")[0]).toBe("▁the ▁lowest ▁tower ▁is ▁low");
    const ids = await runCli(["tokenizer", "encode", "--tokenizer", file, "--ids"], { input: text });
    expect(ids.stdout).toMatch(/^(\d+( \d+)*\n){3}$/);
    const decoded = await runCli(["tokenizer", "decode", "--tokenizer", file], { input: ids.stdout });
    expect(decoded.stdout).toBe(text);
  });

  it("trains on several files and standard input, with any tokenizer", async () => {
    const out = join(folder, "word.json");
    const train = [
      "tokenizer",
      "train",
      corpus,
      "-",
      "--name",
      "word",
      "--set",
      "minFrequency=1",
      "--out",
      out,
      "--json",
    ];
    const { events } = await runCli(train, { input: "zebra\n" });
    expect(events()).toMatchObject([{ event: "done", name: "word", lines: 16, out }]);
    const { stdout } = await runCli(["tokenizer", "encode", "-t", out, "--ids"], { input: "zebra" });
    expect(stdout.trim()).not.toBe("3");
  });

  it("runs a tokenizer.json of another program", async () => {
    const foreign = join(folder, "foreign.json");
    const { model, ...rest } = JSON.parse(await readFile(file, "utf8"));
    delete model.heed;
    await writeFile(foreign, JSON.stringify({ ...rest, model }));
    const ids = await runCli(["tokenizer", "encode", "-t", file, "--ids"], { input: text });
    const same = await runCli(["tokenizer", "encode", "-t", foreign, "--ids"], { input: text });
    expect([same.stderr, same.stdout]).toEqual(["", ids.stdout]);
    const decoded = await runCli(["tokenizer", "decode", "-t", foreign], { input: ids.stdout });
    expect(decoded.stdout).toBe(text);
  });

  it("samples tokens with a seed, and writes NDJSON", async () => {
    const input = `${"the lowest tower is the newest tower\n".repeat(20)}`;
    const encode = (...options: string[]) => runCli(["tokenizer", "encode", "-t", file, ...options], { input });
    const [plain, one, again] = [await encode(), await encode("--seed", "1"), await encode("--seed", "1")];
    expect(one.stdout).not.toBe(plain.stdout);
    expect(again.stdout).toBe(one.stdout);
    const [first] = (await encode("--json")).events();
    expect(first).toMatchObject({ event: "encoding", line: 1, words: [0, 1, 2, 3, 4, 5, 6] });
  });

  it.each([
    [["train", "none.txt"], /There is no file none\.txt/],
    [["train", corpus, "--name", "words"], /There is no tokenizer "words"\. Did you mean "word"\?/],
    [["train", corpus, "--set", "size=3"], /there is no key "size"/],
    [["train", corpus, "--set", "vocabularySize=9"], /vocabularySize of the tokenizer bpe must be at least 261/],
    [["encode", "-t", corpus], /corpus\.txt: Not a tokenizer: expected JSON\./],
    [["encode", "-t", join(folder, "other.json")], /other\.json: Not a tokenizer: "format" must be "heed-tokenizer"/],
    [["decode", "-t", file], /Line 2: expected ids separated by spaces, got "x"/],
    [["decode", "-t", file, "-i", join(folder, "large.txt")], /Line 1: .*expected ids from 0 to \d+, got 99999/],
    [["encode"], /Required option .-t, --tokenizer <file>. not specified/],
  ])("%j names the fault", async (argv, message) => {
    await writeFile(join(folder, "other.json"), "{}");
    await writeFile(join(folder, "large.txt"), "99999\n");
    const { code, stderr } = await runCli(["tokenizer", ...argv], { input: "5\nx\n" });
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
  });
});
