import { gzipSync } from "node:zlib";
import { decodeLines, type PairFiles, readLines, readPairs } from "@heed/datasets/text";
import * as fc from "fast-check";
import { assertEqual, type FuzzTarget, resultOrRefusal, resultOrRefusalSync } from "./fuzz-target.js";
import { anyText, damagedBytes, damagedText } from "./mutations.js";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const encodings = [
  ...["utf-8", "utf-16le", "utf-16be", "euc-kr", "shift_jis", "euc-jp", "gb18030", "big5", "windows-1252", "koi8-r"],
  ...["iso-2022-jp", "x-user-defined", "replacement", "latin1", "no-such-encoding", "", "cp949", "utf-7", "macintosh"],
];
const tsv = "source\ttarget\n나는 간다\tI go\n너는\tyou\n\n우리\twe\n".repeat(3);
const jsonl = '{"source": "나는", "target": "I"}\n{"source":"너","target":"you","id":3}\n\n'.repeat(3);

const lines: FuzzTarget = {
  name: "text: arbitrary bytes in any encoding",
  inputs: 80_000,
  property: () =>
    fc.property(
      damagedBytes(bytesOf(tsv), Uint8Array.from(Buffer.from(tsv, "utf16le"))),
      fc.constantFrom(...encodings),
      (bytes, encoding) => {
        const { value } = resultOrRefusalSync(() => decodeLines(bytes, "text", encoding));
        if (value?.some((line) => line.includes("\n"))) throw new Error("a line contains a line feed");
      },
    ),
};

const exactLines: FuzzTarget = {
  name: "text: lines are what was written",
  inputs: 60_000,
  property: () =>
    fc.property(fc.array(anyText, { maxLength: 5 }), (texts) => {
      const written = texts.map((text) => text.replace(/[\r\n\0\ufeff]|\p{Surrogate}/gu, ""));
      const text = written.map((line) => `${line}\n`).join("");
      assertEqual("the lines", decodeLines(bytesOf(text), "text"), written);
    }),
};

/** Reads files from memory. */
const pairsOf = (files: PairFiles, bytes: Uint8Array) => resultOrRefusal(() => readPairs(files, async () => bytes));

const column = fc.oneof(
  fc.constantFrom<(number | string | undefined)[]>(undefined, 1, 2, 3, "source", "target", "__proto__", "toString"),
  fc.integer(),
);

const tables: FuzzTarget = {
  name: "text: damaged TSV",
  inputs: 60_000,
  property: () =>
    fc.asyncProperty(
      damagedText(tsv),
      fc.record(
        { sourceColumn: column, targetColumn: column, header: fc.constantFrom(undefined, true, false) },
        { requiredKeys: [] },
      ),
      async (text, options) => {
        const { value } = await pairsOf({ tsv: "a.tsv", ...options }, bytesOf(text));
        for (const { source, target, line } of value?.pairs ?? []) {
          if (`${source}${target}`.includes("\t")) throw new Error("a side contains a tab");
          // UTF-8 has no lone surrogates.
          const row = new TextDecoder()
            .decode(bytesOf(text))
            .replace(/^\ufeff/, "")
            .split("\n")[line! - 1]!;
          if (!row.includes(source) || !row.includes(target)) throw new Error(`line ${line} does not contain the pair`);
        }
      },
    ),
};

const objects: FuzzTarget = {
  name: "text: damaged JSON lines",
  inputs: 60_000,
  property: () =>
    fc.asyncProperty(
      damagedText(jsonl),
      fc.record(
        {
          sourceKey: fc.constantFrom("source", "id", "__proto__", "toString", ""),
          targetKey: fc.constantFrom("target", "constructor"),
        },
        { requiredKeys: [] },
      ),
      async (text, options) => {
        const { value } = await pairsOf({ jsonl: "a.jsonl", ...options }, bytesOf(text));
        for (const { source, target } of value?.pairs ?? []) {
          if (typeof source !== "string" || typeof target !== "string") throw new Error("a side is no text");
        }
      },
    ),
};

const compressed: FuzzTarget = {
  name: "text: damaged gzip",
  inputs: 4_000,
  property() {
    const valid = [tsv, "", "a\n"].map((text) => Uint8Array.from(gzipSync(text)));
    return fc.asyncProperty(damagedBytes(...valid), async (bytes) => {
      const { value } = await resultOrRefusal(() => readLines("a.gz", async () => bytes));
      if (value?.some((line) => line.includes("\n"))) throw new Error("a line contains a line feed");
    });
  },
};

const compressedExactly: FuzzTarget = {
  name: "text: gzip round trips",
  inputs: 4_000,
  property: () =>
    fc.asyncProperty(anyText, fc.nat({ max: 9 }), async (text, level) => {
      const plain = await resultOrRefusal(() => readLines("a", async () => bytesOf(`${text}\n`)));
      const packed = await resultOrRefusal(() =>
        readLines("a", async () => Uint8Array.from(gzipSync(bytesOf(`${text}\n`), { level }))),
      );
      assertEqual("the lines", packed.value, plain.value);
    }),
};

export const textTargets = [lines, exactLines, tables, objects, compressed, compressedExactly];
