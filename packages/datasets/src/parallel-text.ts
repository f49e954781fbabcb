import { DataError } from "./data-error.js";
import { readBytes } from "./files.js";
import { decodeLines } from "./lines.js";
import type { TextPair } from "./sequence-pair.js";

/** What was found while reading parallel text. */
export interface ParallelReport {
  /** lines read: pairs */
  readonly lines: number;
  /** the lines, from 1, on which a side is empty or blank; such pairs are kept */
  readonly empty: readonly number[];
}

/** Parallel text, in the order of the file. */
export interface ParallelText {
  readonly pairs: TextPair[];
  readonly report: ParallelReport;
}

/**
 * Parallel text in two files: line i of one belongs to line i of the other. UTF-8, one sentence a line, lines end with
 * a line feed (or CR LF) and nothing else. Empty lines are kept and reported. Node only.
 *
 * @param paths - the source file and the target file
 * @throws DataError where a file is missing or not UTF-8, or where the files differ in length
 * @example
 * const { pairs, report } = await readParallelText({ source: "train.ko", target: "train.en" });
 * console.log(`${report.lines} pairs, ${report.empty.length} of them with an empty side`);
 */
export async function readParallelText(paths: { source: string; target: string }): Promise<ParallelText> {
  const [source, target] = await Promise.all([readBytes(paths.source), readBytes(paths.target)]);
  const sources = decodeLines(source, paths.source);
  const targets = decodeLines(target, paths.target);
  if (sources.length !== targets.length) {
    throw new DataError(
      `${paths.source} has ${sources.length} lines and ${paths.target} has ${targets.length}: line i of one must be the translation of line i of the other. Look for a line that is missing or broken in two.`,
    );
  }
  return parallelText(sources.map((text, i) => ({ source: text, target: targets[i] as string, line: i + 1 })));
}

/** The pairs with their report. */
export function parallelText(pairs: TextPair[]): ParallelText {
  const blank = pairs.filter(({ source, target }) => source.trim() === "" || target.trim() === "");
  return { pairs, report: { lines: pairs.length, empty: blank.map(({ line }) => line) } };
}
