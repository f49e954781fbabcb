import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readParallelText } from "./parallel-text.js";
import { readTsv } from "./tsv.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heed-datasets-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes a file and gives its path. */
async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Reads a source file beside a target file with as many lines. */
async function readSource(content: string | Uint8Array, lines: number) {
  const source = await file("a.ko", content);
  return readParallelText({ source, target: await file("a.en", "x\n".repeat(lines)) });
}

describe("readParallelText", () => {
  it("pairs lines, with their numbers", async () => {
    const { pairs, report } = await readSource("뭐해?\n그것은 무엇입니까?\n", 2);
    expect(pairs).toEqual([
      { source: "뭐해?", target: "x", line: 1 },
      { source: "그것은 무엇입니까?", target: "x", line: 2 },
    ]);
    expect(report).toEqual({ lines: 2, empty: [] });
  });

  it("names a missing file and the one that was meant", async () => {
    const source = await file("train.ko", "가\n");
    const target = join(folder, "train.eng");
    await file("train.en", "a\n");
    await expect(readParallelText({ source, target })).rejects.toThrow(
      `There is no file ${target}. Did you mean "train.en"?`,
    );
    const nowhere = join(folder, "none", "train.en");
    await expect(readParallelText({ source, target: nowhere })).rejects.toThrow(/There is no folder .*none either/);
    await expect(readParallelText({ source, target: folder })).rejects.toThrow(/is a folder; a file was expected/);
  });

  it("says both counts of files that differ in length", async () => {
    await expect(readSource("가\n나\n다\n", 2)).rejects.toThrow(/a\.ko has 3 lines and .*a\.en has 2/);
  });

  it("keeps empty and blank lines, and reports them", async () => {
    const { pairs, report } = await readSource("가\n\n다\n \t\n\n", 5);
    expect(pairs.map(({ source }) => source)).toEqual(["가", "", "다", " \t", ""]);
    expect(report).toEqual({ lines: 5, empty: [2, 4, 5] });
    expect((await readSource("", 0)).report).toEqual({ lines: 0, empty: [] });
  });

  it("takes a last line without a line feed, a byte order mark, and CR LF", async () => {
    const { pairs } = await readSource("\ufeff가\r\n\ufeff나\r\n다", 3);
    expect(pairs.map(({ source }) => source)).toEqual(["가", "\ufeff나", "다"]);
  });

  it("ends lines at line feeds alone", async () => {
    const line = "가\u2028나\u0085다\u000b라\r마";
    const { pairs } = await readSource(`${line}\n`, 1);
    expect(pairs).toEqual([{ source: line, target: "x", line: 1 }]);
  });

  it("names file, line and byte of invalid UTF-8", async () => {
    const encode = (text: string) => new TextEncoder().encode(text);
    const stray = Uint8Array.of(...encode("가나\n다"), 0xff, ...encode("라\n"));
    await expect(readSource(stray, 2)).rejects.toThrow(
      /a\.ko:2: not valid UTF-8: byte 4 of the line \(offset 10 in the file\) is 0xFF\./,
    );
    // 가 is EA B0 80: cut after two bytes, its start is the place.
    const cut = Uint8Array.of(0xef, 0xbb, 0xbf, ...encode("a\nbc"), 0xea, 0xb0, 0x0a);
    await expect(readSource(cut, 2)).rejects.toThrow(/a\.ko:2: .*byte 3 of the line \(offset 7 in the file\) is 0xEA/);
    await expect(readSource(Uint8Array.of(0xef, 0xbb, 0xbf, 0xff), 1)).rejects.toThrow(/a\.ko:1: .*offset 3 .*0xFF/);
    await expect(readSource(Uint8Array.of(0x61, 0xea), 1)).rejects.toThrow(/a\.ko:1: .*byte 2 .*offset 1 .*0xEA/);
    await expect(readSource(Uint8Array.of(0xff, 0xfe, 0x61, 0), 1)).rejects.toThrow(/looks like UTF-16/);
  });
});

describe("readTsv", () => {
  it("reads two columns, quotes and all", async () => {
    const { pairs } = await readTsv(await file("a.tsv", '뭐해?\tWhat are "you" doing?\n가\t\n'));
    expect(pairs).toEqual([
      { source: "뭐해?", target: 'What are "you" doing?', line: 1 },
      { source: "가", target: "", line: 2 },
    ]);
  });

  it("reads chosen columns, without a header where there is one", async () => {
    const path = await file("a.tsv", "\ufeffid\tko\tid\ten\r\n1\t뭐해?\t2\tHi\r\n");
    const { pairs, report } = await readTsv(path, { columns: { source: 4, target: 2 }, header: true });
    expect(pairs).toEqual([{ source: "Hi", target: "뭐해?", line: 2 }]);
    expect(report.lines).toBe(1);
  });

  it("keeps empty lines, and reports them with lines that have an empty side", async () => {
    const { pairs, report } = await readTsv(await file("a.tsv", "\n가\ta\n\n나\t\n"));
    expect(pairs).toHaveLength(4);
    expect(report).toEqual({ lines: 4, empty: [1, 3, 4] });
  });

  it("names the line that has another number of columns", async () => {
    const path = await file("a.tsv", "가\ta\n나\n");
    await expect(readTsv(path)).rejects.toThrow(
      `${path}:2: 2 columns were expected, separated by tabs, but the line has 1.`,
    );
    const wide = await file("b.tsv", "1\t가\ta\n2\t나\n");
    await expect(readTsv(wide)).rejects.toThrow(/b\.tsv:1: 2 columns .* has 3\. Say which to take/);
    await expect(readTsv(wide, { columns: { source: 2, target: 3 } })).rejects.toThrow(/b\.tsv:2: 3 columns .* has 2/);
    await expect(readTsv(wide, { columns: { source: 2, target: 4 } })).rejects.toThrow(
      /b\.tsv:1: column 4 was asked for/,
    );
    await expect(readTsv(wide, { columns: { source: 0, target: 1 } })).rejects.toThrow(/source must be .* got 0/);
  });
});
