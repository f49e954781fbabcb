import { gzipSync } from "node:zlib";
import { DataError } from "@heed/datasets";
import { describe, expect, test } from "vitest";
import { textDataSchema } from "../config/data-schema.js";
import { type PairSets, readSets } from "./read-sets.js";
import type { TextSample, TrainingData } from "./training-data.js";

const files: Readonly<Record<string, string | Uint8Array>> = {
  "a.ko": "나\n너\n우리\n",
  "a.en": "i\nyou\nwe\n",
  "two.tsv": "나\ti\n너\tyou\n",
  "wide.tsv": "id\tko\ten\n1\t나\ti\n2\t너\tyou\n",
  "dev.tsv": "id\tko\ten\n3\t우리\twe\n",
  "a.jsonl": '{"ko": "나", "en": "i"}\n\n{"ko": "너", "en": "you"}\n',
  "a.align": "0-0\n\n0?0 0-0\n",
  "short.align": "0-0\n",
  "bad.align": "0-0\n0-0\n0:1\n",
  "b.jsonl": '{"source": "나", "target": "i"}\n',
  "a.tsv.gz": gzipSync("나\ti\n"),
  // "나" in EUC-KR.
  "korean.tsv": Uint8Array.of(0xb3, 0xaa, 0x09, 0x69, 0x0a),
  "faulty.tsv": `${"나\ti\n".repeat(20)}나\n`,
};

async function readFile(path: string): Promise<Uint8Array> {
  const content = files[path];
  if (content === undefined) throw new DataError(`no file ${path}`);
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

const read = (config: Record<string, unknown>, data?: TrainingData): Promise<PairSets> =>
  readSets(textDataSchema.parse(config), { data, readFile });

const textOf = (set: PairSets["train"] | null): string[] | undefined =>
  set?.pairs.map(({ source, target }) => `${source}-${target}`);

describe("files", () => {
  test.each([
    [{ source: "a.ko", target: "a.en" }, ["나-i", "너-you", "우리-we"]],
    [{ tsv: "two.tsv" }, ["나-i", "너-you"]],
    [{ tsv: "wide.tsv", sourceColumn: 3, targetColumn: 2 }, ["en-ko", "i-나", "you-너"]],
    [{ tsv: "wide.tsv", header: true, sourceColumn: "ko", targetColumn: "en" }, ["나-i", "너-you"]],
    [{ jsonl: "b.jsonl" }, ["나-i"]],
    [{ jsonl: "a.jsonl", sourceColumn: "ko", targetColumn: "en" }, ["나-i", "너-you"]],
    [{ tsv: "a.tsv.gz" }, ["나-i"]],
    [{ tsv: "korean.tsv", encoding: "euc-kr" }, ["나-i"]],
  ])("%j", async (config, expected) => {
    const { train, validation, test } = await read(config);
    expect(textOf(train)).toEqual(expected);
    expect([validation, test, train.notices]).toEqual([null, null, []]);
  });

  test("word alignments are read line by line, without possible links", async () => {
    const text = { source: "a.ko", target: "a.en" };
    const links = async (config: object): Promise<unknown> =>
      (await read({ ...text, ...config })).train.pairs.map(({ wordAlignment }) => wordAlignment);
    expect(await links({ alignments: "a.align" })).toEqual([[[0, 0]], [], [[0, 0]]]);
    expect(await links({ alignments: "a.align", limit: 2 })).toEqual([[[0, 0]], []]);
    expect(await links({})).toEqual([undefined, undefined, undefined]);
    await expect(links({ alignments: "short.align" })).rejects.toThrow(
      "data.alignments: short.align has 1 lines, but there are 3 pairs: line i must align pair i.",
    );
    await expect(links({ alignments: "bad.align" })).rejects.toThrow(/^bad.align, line 3: Expected links such as 0-1/);
    expect(() => textDataSchema.parse({ tsv: "two.tsv", alignments: "a.align" })).toThrow(
      "aligns `source` and `target` line by line",
    );
    expect(() => textDataSchema.parse({ ...text, alignments: "" })).toThrow("expected the path of a file");
  });

  test("a TSV file with three columns is refused unless columns are named", async () => {
    await expect(read({ tsv: "wide.tsv" })).rejects.toThrow(
      'wide.tsv:1: expected 2 columns, separated by tabs, got 3: 1 "id", 2 "ko", 3 "en". Set sourceColumn and targetColumn',
    );
  });

  test("validation and test sets have files of their own, and inherit how those of the training set are read", async () => {
    const wide = { header: true, sourceColumn: "ko", targetColumn: "en" };
    const sets = await read({ tsv: "wide.tsv", ...wide, validation: { tsv: "dev.tsv" }, test: { jsonl: "b.jsonl" } });
    expect(textOf(sets.validation)).toEqual(["우리-we"]);
    expect(textOf(sets.test)).toEqual(["나-i"]);
    const own = await read({ tsv: "two.tsv", validation: { tsv: "dev.tsv", ...wide }, limit: 1 });
    expect(textOf(own.train)).toEqual(["나-i"]);
    expect(textOf(own.validation)).toEqual(["우리-we"]);
    const korean = { tsv: "korean.tsv", encoding: "euc-kr" };
    expect(textOf((await read({ ...korean, test: { tsv: "korean.tsv" } })).test)).toEqual(["나-i"]);
    const mixed = await read({ ...korean, test: { source: "a.ko", target: "a.en", encoding: "utf-8" } });
    expect(textOf(mixed.test)).toEqual(["나-i", "너-you", "우리-we"]);
  });

  test("a limit and malformed lines are notices", async () => {
    const { train } = await read({ tsv: "faulty.tsv", limit: 4 });
    expect(train.notices).toEqual([
      "The first 4 of 20 pairs are used.",
      expect.stringContaining("Skipped 1 of 21 lines of faulty.tsv (line 21)."),
    ]);
  });

  test("without readFile, the error says where to import train from", async () => {
    const config = textDataSchema.parse({ tsv: "two.tsv", test: { tsv: "dev.tsv" } });
    await expect(readSets(config, {})).rejects.toThrow(
      /names files \(data\.tsv: "two\.tsv", data\.test\.tsv: "dev\.tsv"\), .* import train from "@heed\/train\/node"/,
    );
  });
});

describe("memory", () => {
  const pairs = [
    { source: "나", target: "i" },
    { source: "너", target: "you" },
    { source: "우리", target: "we" },
  ];

  async function* stream(items: readonly TextSample[], closed: { count: number }): AsyncGenerator<TextSample> {
    try {
      yield* items;
    } finally {
      closed.count++;
    }
  }

  test("arrays, generators and async iterables are read once, in order", async () => {
    const closed = { count: 0 };
    const sets = await read({}, { train: pairs, validation: new Set(pairs).values(), test: stream(pairs, closed) });
    for (const set of [sets.train, sets.validation, sets.test]) {
      expect(textOf(set)).toEqual(["나-i", "너-you", "우리-we"]);
      expect(set).toMatchObject({ unit: "pair", notices: [] });
    }
    expect(sets.train.pairs.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(closed.count).toBe(1);
  });

  test("pairs keep their word alignments", async () => {
    const alignment = [[0, 0]] as const;
    const { train } = await read({}, { train: [pairs[0]!, { ...pairs[1]!, alignment }] });
    expect(train.pairs.map(({ wordAlignment }) => wordAlignment)).toEqual([undefined, [[0, 0]]]);
    for (const wrong of ["0-0", [0], [[0]], null]) {
      const data = { train: [{ ...pairs[0]!, alignment: wrong }] } as unknown as TrainingData;
      await expect(read({}, data)).rejects.toThrow(
        "data.train, pair 1: alignment must be a list of [source, target], positions of words from 0.",
      );
    }
  });

  test("a limit ends a stream that never ends", async () => {
    function* forever(): Generator<TextSample> {
      for (let i = 0; ; i++) yield { source: String(i), target: "x" };
    }
    const closed = { count: 0 };
    const endless = await read({ limit: 2 }, { train: forever(), validation: pairs });
    expect(textOf(endless.train)).toEqual(["0-x", "1-x"]);
    expect(endless.train.notices).toEqual(["The first 2 pairs are used."]);
    expect(endless.validation?.pairs).toHaveLength(3);
    const { train } = await read({ limit: 2 }, { train: stream(pairs, closed) });
    expect([textOf(train), closed.count]).toEqual([["나-i", "너-you"], 1]);
    expect((await read({ limit: 2 }, { train: pairs })).train.notices).toEqual(["The first 2 of 3 pairs are used."]);
    expect((await read({ limit: 3 }, { train: pairs })).train.notices).toEqual([]);
  });

  test.each([
    [
      [{ source: "a", target: "b" }, { source: "a" }],
      "data.train, pair 2: expected { source: string, target: string }, got { source: string, target: undefined }.",
    ],
    [
      [{ source: 3, target: null }],
      "data.train, pair 1: expected { source: string, target: string }, got { source: number, target: null }.",
    ],
    [[["나", "i"]], "pair 1: expected { source: string, target: string }, got an array."],
    [[undefined], "pair 1: expected { source: string, target: string }, got undefined."],
    ["text", 'pair 1: expected { source: string, target: string }, got "t".'],
    [
      { source: [], target: [] },
      "data.train must be an array, an iterable or an async iterable of { source, target }, got object.",
    ],
    [null, "data.train must be an array, an iterable or an async iterable of { source, target }, got null."],
  ])("%j is refused", async (train, message) => {
    await expect(read({}, { train } as unknown as TrainingData)).rejects.toThrow(message);
  });

  test("faults name the set", async () => {
    const bad = [3] as unknown as TextSample[];
    await expect(read({}, { train: pairs, validation: bad })).rejects.toThrow("data.validation, pair 1: ");
    await expect(read({}, { train: pairs, test: bad })).rejects.toThrow("data.test, pair 1: ");
    await expect(read({}, { train: pairs, tset: pairs } as unknown as TrainingData)).rejects.toThrow(
      '`data` has no key "tset". Did you mean "test"? Known: train, validation, test.',
    );
    await expect(read({}, pairs as unknown as TrainingData)).rejects.toThrow(
      "`data` must be { train, validation?, test? }, got an array. Pass data: { train: pairs }.",
    );
  });

  test("pairs and files together are refused, and so are neither", async () => {
    await expect(read({ tsv: "two.tsv", test: { jsonl: "b.jsonl" } }, { train: pairs })).rejects.toThrow(
      'got both: the configuration has data.tsv: "two.tsv", data.test.jsonl: "b.jsonl". Leave out one of them.',
    );
    await expect(read({})).rejects.toThrow("got neither files nor `data`. Name files");
  });
});
