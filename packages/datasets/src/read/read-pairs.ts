import { HeedError, quoted } from "@heed/core";
import { DataError } from "../data-error.js";
import type { TextPair } from "../sequence-pair.js";
import { type JsonLinesOptions, parseJsonLines } from "./parse-json-lines.js";
import { parseTsv, type TsvOptions } from "./parse-tsv.js";
import { type ReadFile, readLines } from "./read-lines.js";
import type { SkippedLines } from "./skipped-lines.js";
import { textDecoder } from "./text-decoder.js";

interface Encoded {
  /** Any label of `TextDecoder`; default `"utf-8"`. */
  readonly encoding?: string | undefined;
}

/** Two files: line i of one is the translation of line i of the other. */
export interface TextFiles extends Encoded {
  readonly source: string;
  readonly target: string;
}

/** A file of tab-separated columns. */
export interface TsvFile extends Encoded, TsvOptions {
  readonly tsv: string;
}

/** A file with a JSON object on each line. */
export interface JsonLinesFile extends Encoded, JsonLinesOptions {
  readonly jsonl: string;
}

/** Files of parallel text. Each path is passed to the {@link ReadFile}. */
export type PairFiles = TextFiles | TsvFile | JsonLinesFile;

/** What was found while reading parallel text. */
export interface ParallelReport {
  /** the number of pairs */
  readonly lines: number;
  /** the lines, from 1, on which a side is empty or blank; such pairs are kept */
  readonly empty: readonly number[];
  /** the malformed lines of a TSV or JSON lines file; they are left out */
  readonly skipped: SkippedLines;
}

/** Parallel text, in the order of the file. */
export interface ParallelText {
  readonly pairs: TextPair[];
  readonly report: ParallelReport;
}

/**
 * Reads parallel text: two text files, a TSV file, or JSON lines. Files compressed with gzip are decompressed. See
 * {@link decodeLines} for what a line is. Empty sides are kept and reported. Malformed lines of TSV and JSON lines are
 * skipped and reported.
 *
 * @param read - returns the bytes of a file; `readFile` of `@heed/datasets/node` in Node
 * @throws DataError when a file cannot be read or decoded, when two files differ in their number of lines, when a TSV file
 *   has more than two columns and none is chosen, when a column does not exist, or when more than a tenth of the lines are
 *   malformed
 * @throws HeedError when the options are wrong
 * @example
 * const { pairs, report } = await readPairs({ source: "train.ko", target: "train.en" }, readFile);
 * await readPairs({ tsv: "tatoeba.tsv.gz", sourceColumn: 2, targetColumn: 4 }, readFile);
 * await readPairs({ jsonl: "corpus.jsonl", sourceKey: "ko", targetKey: "en", encoding: "euc-kr" }, readFile);
 */
export async function readPairs(files: PairFiles, read: ReadFile): Promise<ParallelText> {
  const { encoding } = files;
  if (encoding !== undefined) textDecoder(encoding); // an unknown label is reported before anything is read
  if ("tsv" in files && files.tsv !== undefined) {
    const { pairs, skipped } = parseTsv(await readLines(files.tsv, read, { encoding }), files.tsv, files);
    return parallelText(pairs, skipped);
  }
  if ("jsonl" in files && files.jsonl !== undefined) {
    const { pairs, skipped } = parseJsonLines(await readLines(files.jsonl, read, { encoding }), files.jsonl, files);
    return parallelText(pairs, skipped);
  }
  const { source, target } = files as Partial<TextFiles>;
  if (source === undefined || target === undefined) {
    throw new HeedError(
      `readPairs: expected \`source\` and \`target\`, \`tsv\`, or \`jsonl\`, got ${quoted(Object.keys(files)) || "nothing"}.`,
    );
  }
  const [sources, targets] = await Promise.all([
    readLines(source, read, { encoding }),
    readLines(target, read, { encoding }),
  ]);
  if (sources.length !== targets.length) {
    throw new DataError(
      `${source} has ${sources.length} lines and ${target} has ${targets.length}: line i of one must be the translation of line i of the other. Look for a line that is missing or broken in two.`,
    );
  }
  const pairs = sources.map((text, i) => ({ source: text, target: targets[i] as string, line: i + 1 }));
  return parallelText(pairs, { count: 0, lines: [], message: "" });
}

function parallelText(pairs: TextPair[], skipped: SkippedLines): ParallelText {
  const blank = pairs.filter(({ source, target }) => source.trim() === "" || target.trim() === "");
  return { pairs, report: { lines: pairs.length, empty: blank.map(({ line }) => line), skipped } };
}
