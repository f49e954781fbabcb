import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../data-error.js";
import { type PairFiles, readPairs } from "./read-pairs.js";

type Content = string | Uint8Array;

/** Reads pairs from files in memory. */
function read(options: PairFiles, files: Readonly<Record<string, Content>>) {
  return readPairs(options, async (path) => {
    const content = files[path];
    if (content === undefined) throw new Error(`no file ${path}`);
    return typeof content === "string" ? new TextEncoder().encode(content) : content;
  });
}

/** Reads a source file beside a target file with a number of lines. */
const readSource = (content: Content, lines: number, encoding?: string) =>
  read({ source: "a.ko", target: "a.en", encoding }, { "a.ko": content, "a.en": "x\n".repeat(lines) });

const readTsv = (tsv: Content, options: object = {}) => read({ tsv: "a.tsv", ...options }, { "a.tsv": tsv });
const readJsonl = (jsonl: Content, options: object = {}) =>
  read({ jsonl: "a.jsonl", ...options }, { "a.jsonl": jsonl });

describe("two text files", () => {
  it("pair their lines, with the numbers", async () => {
    const { pairs, report } = await readSource("뭐해?\n그것은 무엇입니까?\n", 2);
    expect(pairs).toEqual([
      { source: "뭐해?", target: "x", line: 1 },
      { source: "그것은 무엇입니까?", target: "x", line: 2 },
    ]);
    expect(report).toEqual({ lines: 2, empty: [], skipped: { count: 0, lines: [], message: "" } });
  });

  it("must have the same number of lines", async () => {
    await expect(readSource("가\n나\n다\n", 2)).rejects.toThrow("a.ko has 3 lines and a.en has 2: line i of one");
  });

  it("keep empty and blank lines, and report them", async () => {
    const { pairs, report } = await readSource("가\n\n다\n \t\n\n", 5);
    expect(pairs.map(({ source }) => source)).toEqual(["가", "", "다", " \t", ""]);
    expect(report).toMatchObject({ lines: 5, empty: [2, 4, 5] });
    expect((await readSource("", 0)).report).toMatchObject({ lines: 0, empty: [] });
  });

  it("may have a last line without a line feed, a byte order mark, and CR LF", async () => {
    const { pairs } = await readSource("\ufeff가\r\n\ufeff나\r\n다", 3);
    expect(pairs.map(({ source }) => source)).toEqual(["가", "\ufeff나", "다"]);
  });

  it("have lines that end at line feeds alone", async () => {
    const line = "가\u2028나\u0085다\u000b라\r마";
    expect((await readSource(`${line}\n`, 1)).pairs).toEqual([{ source: line, target: "x", line: 1 }]);
  });

  it("pass the errors of the reader on", async () => {
    await expect(read({ source: "a", target: "b" }, { a: "x" })).rejects.toThrow("no file b");
  });
});

describe("gzip", () => {
  it("is recognised by its first bytes, in files of any name", async () => {
    const [source, target] = [gzipSync("가\n나\n"), gzipSync("a\nb\n")];
    const { pairs } = await read({ source: "a.ko.gz", target: "a.en" }, { "a.ko.gz": source, "a.en": target });
    expect(pairs.map(({ source, target }) => source + target)).toEqual(["가a", "나b"]);
  });

  it.each([
    ["cut short", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 6)],
    ["changed", (bytes: Uint8Array) => bytes.with(bytes.length - 6, bytes.at(-6)! ^ 1)],
    ["a few bytes", (bytes: Uint8Array) => bytes.subarray(0, 3)],
  ])("names the file that is %s", async (_, damage) => {
    const reading = readTsv(damage(new Uint8Array(gzipSync("가\ta\n".repeat(50)))));
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(/^a\.tsv: the gzip data is damaged, incomplete, .* with gunzip\.$/);
  });
});

describe("encodings", () => {
  // "나는 학생이다.\n똠방각하\n" in Windows-949.
  const korean = Uint8Array.from(
    "b3 aa b4 c2 20 c7 d0 bb fd c0 cc b4 d9 2e 0a 8c 63 b9 e6 b0 a2 c7 cf 0a".split(" "),
    (byte) => Number.parseInt(byte, 16),
  );

  it("are read with the option that the error names", async () => {
    await expect(readSource(korean, 2)).rejects.toThrow(
      'a.ko:1: not valid UTF-8: byte 0xB3 at offset 0. The encoding is probably euc-kr, which gives "나는 학생이다.": set `encoding: euc-kr`.',
    );
    const { pairs } = await readSource(korean, 2, "euc-kr");
    expect(pairs.map(({ source }) => source)).toEqual(["나는 학생이다.", "똠방각하"]);
  });

  it("are checked before a file is read", async () => {
    await expect(read({ tsv: "none", encoding: "cp949" }, {})).rejects.toThrow('got "cp949". Use "euc-kr".');
  });
});

describe("TSV", () => {
  it("has two columns, quotes and all", async () => {
    const { pairs } = await readTsv('뭐해?\tWhat are "you" doing?\n가\t\n');
    expect(pairs).toEqual([
      { source: "뭐해?", target: 'What are "you" doing?', line: 1 },
      { source: "가", target: "", line: 2 },
    ]);
  });

  const wide = "\ufeffid\tko\tid\ten\r\n1\t뭐해?\t2\tHi\r\n";

  it("is refused with more columns unless they are chosen", async () => {
    await expect(readTsv(wide)).rejects.toThrow(
      'a.tsv:1: expected 2 columns, separated by tabs, got 4: 1 "id", 2 "ko", 3 "id", 4 "en". Set sourceColumn and targetColumn to the numbers of the two columns to read.',
    );
    await expect(readTsv("id\tko\ten\n", { header: true })).rejects.toThrow(
      "to the names or numbers of the two columns",
    );
    await expect(readTsv("1\t가\ta\n")).rejects.toThrow('got 3: 1 "1", 2 "가", 3 "a". Set sourceColumn');
  });

  it("gives the chosen columns, by number or by name", async () => {
    for (const [sourceColumn, targetColumn] of [
      [4, 2],
      ["en", "ko"],
    ]) {
      const { pairs, report } = await readTsv(wide, { sourceColumn, targetColumn, header: true });
      expect(pairs).toEqual([{ source: "Hi", target: "뭐해?", line: 2 }]);
      expect(report.lines).toBe(1);
    }
    expect((await readTsv(wide, { sourceColumn: 2, targetColumn: 4 })).pairs[0]).toMatchObject({ source: "ko" });
  });

  it.each([
    [
      { sourceColumn: 2, targetColumn: 5 },
      /^a\.tsv:1: targetColumn is 5, but the line has 4 columns.*: 1 "id", 2 "ko"/,
    ],
    [{ sourceColumn: 0, targetColumn: 1 }, /sourceColumn must be the number of a column, from 1, got 0/],
    [{ sourceColumn: 2 }, /sourceColumn and targetColumn together, got only sourceColumn/],
    [{ sourceColumn: "ko", targetColumn: 4 }, /got "ko"\. To name a column, set `header: true`/],
    [
      { sourceColumn: "ko", targetColumn: "eng", header: true },
      /^a\.tsv:1: targetColumn "eng" is not in the header\. Did you mean "en"\? The columns are "id", "ko", "id", "en"\.$/,
    ],
    [{ sourceColumn: "id", targetColumn: "en", header: true }, /sourceColumn "id" stands in the header more than once/],
  ])("refuses %j", async (options, message) => {
    await expect(readTsv(wide, options)).rejects.toThrow(message);
  });

  it("keeps empty lines, and reports them with lines that have an empty side", async () => {
    const { pairs, report } = await readTsv("\n가\ta\n\n나\t\n");
    expect(pairs).toHaveLength(4);
    expect(report).toMatchObject({ lines: 4, empty: [1, 3, 4] });
    expect((await readTsv("\n", { sourceColumn: 2, targetColumn: 3 })).report.lines).toBe(1);
  });

  it("skips a few lines with too few or too many columns, and reports them", async () => {
    const good = "가\ta\n";
    const { pairs, report } = await readTsv(`${good.repeat(30)}나\n다\tb\tc\n${good.repeat(30)}`);
    expect(pairs).toHaveLength(60);
    expect(pairs[30]).toMatchObject({ line: 33 });
    expect(report.skipped).toEqual({
      count: 2,
      lines: [31, 32],
      message:
        "Skipped 2 of 62 lines of a.tsv (lines 31, 32). Line 31: expected at least 2 columns, separated by tabs, got 1.",
    });
  });

  it("needs no columns behind the chosen ones, and skips lines with more than the first", async () => {
    const row = "1\t가\ta\tnote\n";
    const options = { sourceColumn: 2, targetColumn: 3 };
    const { pairs, report } = await readTsv(`${row.repeat(20)}2\t나\tb\n3\t다\tx\tb\tnote\n`, options);
    expect(pairs.at(-1)).toEqual({ source: "나", target: "b", line: 21 });
    expect(report.skipped).toMatchObject({ count: 1, lines: [22] });
  });

  it("is refused when more than a tenth of the lines are malformed", async () => {
    const good = "가\ta\n";
    expect((await readTsv(`${good.repeat(9)}나\n`)).report.skipped.count).toBe(1);
    await expect(readTsv(`${good.repeat(8)}나\n`)).rejects.toThrow(
      /^a\.tsv:9: expected at least 2 columns, separated by tabs, got 1\. 1 of 9 lines are malformed \(line 9\); at most a tenth may be\. Correct/,
    );
    await expect(readTsv("나\n".repeat(12))).rejects.toThrow(/12 of 12 .* \(lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …\)/);
  });
});

describe("JSON lines", () => {
  const good = '{"source": "가", "target": "a", "id": 1}\n';

  it("have an object with two texts on each line", async () => {
    const { pairs, report } = await readJsonl(`\ufeff${good}\n{"target": "b\\nc", "source": ""}`);
    expect(pairs).toEqual([
      { source: "가", target: "a", line: 1 },
      { source: "", target: "b\nc", line: 3 },
    ]);
    expect(report).toMatchObject({ lines: 2, empty: [3] });
  });

  it("may have other keys", async () => {
    const { pairs } = await readJsonl('{"ko": "가", "en": "a"}\n', { sourceKey: "ko", targetKey: "en" });
    expect(pairs).toEqual([{ source: "가", target: "a", line: 1 }]);
  });

  it("are skipped where they are malformed", async () => {
    const { pairs, report } = await readJsonl(`${good.repeat(10)}{"source": \n${good.repeat(10)}`);
    expect(pairs).toHaveLength(20);
    expect(report.skipped).toMatchObject({ count: 1, lines: [11] });
    expect(report.skipped.message).toMatch(/Line 11: expected a JSON object, got invalid JSON \(/);
  });

  it.each([
    ["[1]", "expected a JSON object, got an array."],
    ["null", "expected a JSON object, got null."],
    ["3", "expected a JSON object, got a number."],
    ['{"source": "a", "targt": "b"}', 'expected the key "target", got "source", "targt". Did you mean "targt"?'],
    ["{}", 'expected the key "source", got no key.'],
    ['{"source": 1, "target": "b"}', 'the value of "source" must be a string, got a number.'],
    ['{"source": "a", "target": null}', 'the value of "target" must be a string, got null.'],
  ])("are refused with the fault of the first: %s", async (line, fault) => {
    await expect(readJsonl(`${line}\n`)).rejects.toThrow(`a.jsonl:1: ${fault}`);
    await expect(readJsonl(`${line}\n`)).rejects.toThrow("1 of 1 lines are malformed");
  });
});

it("readPairs names what it needs", async () => {
  await expect(read({ source: "a" } as unknown as PairFiles, {})).rejects.toThrow(
    'readPairs: expected `source` and `target`, `tsv`, or `jsonl`, got "source".',
  );
});
