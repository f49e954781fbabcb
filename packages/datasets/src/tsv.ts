import { HeedError } from "@heed/core";
import { DataError } from "./data-error.js";
import { readBytes } from "./files.js";
import { decodeLines } from "./lines.js";
import { type ParallelText, parallelText } from "./parallel-text.js";

/** Options of {@link readTsv}. */
export interface TsvOptions {
  /** the columns of the source and of the target, counted from 1; default: the file has two, source and target */
  readonly columns?: { readonly source: number; readonly target: number } | undefined;
  /** the first line is a header, not a pair; default false */
  readonly header?: boolean | undefined;
}

/**
 * Parallel text in one file of tab-separated columns. UTF-8; quotes are ordinary characters; every line has as many
 * columns as the first. A wholly empty line is kept as an empty pair and reported. Node only.
 *
 * @throws DataError where the file is missing or not UTF-8, or a line has another number of columns (names file and line)
 * @throws HeedError where a column is not a whole number of at least 1
 * @example
 * await readTsv("ko-en.tsv"); // two columns
 * await readTsv("tatoeba.tsv", { columns: { source: 2, target: 4 } }); // id, Korean, id, English
 */
export async function readTsv(path: string, { columns, header = false }: TsvOptions = {}): Promise<ParallelText> {
  const { source, target } = columns ?? { source: 1, target: 2 };
  for (const [side, column] of Object.entries({ source, target })) {
    if (!Number.isInteger(column) || column < 1) {
      throw new HeedError(
        `readTsv: columns count from 1, so ${side} must be a whole number of at least 1; got ${column}.`,
      );
    }
  }
  const rows = decodeLines(await readBytes(path), path).map((line) => line.split("\t"));
  const isBlank = (row: readonly string[]) => row.length === 1 && row[0]?.trim() === "";
  const first = rows.findIndex((row) => !isBlank(row));
  const width = columns === undefined ? 2 : (rows[first]?.length ?? 0);
  if (first >= 0 && Math.max(source, target) > width) {
    throw new DataError(
      `${path}:${first + 1}: column ${Math.max(source, target)} was asked for, but the line has ${width} columns, separated by tabs.`,
    );
  }
  const pairs = rows.map((row, i) => {
    if (row.length !== width && !isBlank(row)) {
      const choose = columns === undefined && row.length > 2 ? " Say which to take: columns: { source, target }." : "";
      throw new DataError(
        `${path}:${i + 1}: ${width} columns were expected, separated by tabs, but the line has ${row.length}.${choose}`,
      );
    }
    return { source: row[source - 1] ?? "", target: row[target - 1] ?? "", line: i + 1 };
  });
  return parallelText(header ? pairs.slice(1) : pairs);
}
