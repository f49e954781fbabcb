import { didYouMean, HeedError, quoted } from "@heed/core";
import { DataError } from "../data-error.js";
import type { TextPair } from "../sequence-pair.js";
import { LineFaults, type SkippedLines } from "./skipped-lines.js";

/** A column of a TSV file: its number, from 1, or its name in the header. */
export type Column = number | string;

/** Which columns of a TSV file hold the pairs. */
export interface TsvOptions {
  /** Default: the file has two columns, and the first is the source. */
  readonly sourceColumn?: Column | undefined;
  /** Default: the file has two columns, and the second is the target. */
  readonly targetColumn?: Column | undefined;
  /** Whether the first line has the names of the columns; default false. */
  readonly header?: boolean | undefined;
}

/**
 * Returns the pairs of tab-separated lines. Quotes are ordinary characters. A blank line is an empty pair. A line with too
 * few columns is skipped, and so is a line with more columns than the first one: its text may have a tab.
 *
 * @param path - for messages
 * @throws DataError when the columns are not chosen and there are more than two, when a chosen column does not exist, or
 *   when more than a tenth of the lines are malformed
 */
export function parseTsv(
  lines: readonly string[],
  path: string,
  options: TsvOptions,
): { pairs: TextPair[]; skipped: SkippedLines } {
  const first = lines.findIndex((line) => line.trim() !== "");
  const { source, target, width } =
    first < 0
      ? { source: 1, target: 2, width: 2 }
      : chooseColumns((lines[first] as string).split("\t"), `${path}:${first + 1}`, options);
  const needed = Math.max(source, target);
  const faults = new LineFaults();
  const pairs: TextPair[] = [];
  const start = options.header === true ? first + 1 : 0;
  for (let i = start; i < lines.length; i++) {
    const text = lines[i] as string;
    const row = text.split("\t");
    const blank = row.length === 1 && text.trim() === "";
    if (!blank && row.length < needed) {
      faults.add(i + 1, `expected at least ${needed} columns, separated by tabs, got ${row.length}.`);
    } else if (row.length > width) {
      faults.add(i + 1, `expected ${width} columns as in the first line, separated by tabs, got ${row.length}.`);
    } else pairs.push({ source: row[source - 1] ?? "", target: row[target - 1] ?? "", line: i + 1 });
  }
  const advice = "Correct the file, or choose other columns with sourceColumn and targetColumn.";
  return { pairs, skipped: faults.report(path, lines.length - start, advice) };
}

/** Columns that a message lists at most. */
const mostShown = 20;

/** Returns the numbers of the columns, from 1, and the number of columns of the first line. */
function chooseColumns(
  first: readonly string[],
  place: string,
  { sourceColumn, targetColumn, header = false }: TsvOptions,
): { source: number; target: number; width: number } {
  const width = first.length;
  const shown = first
    .slice(0, mostShown)
    .map((text, i) => `${i + 1} ${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)}`);
  if (width > mostShown) shown.push("…");
  if ((sourceColumn === undefined) !== (targetColumn === undefined)) {
    throw new HeedError(
      `Give sourceColumn and targetColumn together, got only ${sourceColumn === undefined ? "targetColumn" : "sourceColumn"}.`,
    );
  }
  if (sourceColumn === undefined || targetColumn === undefined) {
    if (width > 2) {
      throw new DataError(
        `${place}: expected 2 columns, separated by tabs, got ${width}: ${shown.join(", ")}. Set sourceColumn and targetColumn to the ${header ? "names or " : ""}numbers of the two columns to read.`,
      );
    }
    return { source: 1, target: 2, width: 2 };
  }
  const numberOf = (option: string, column: Column): number => {
    if (typeof column === "string") {
      if (!header) {
        throw new HeedError(
          `${option} must be the number of a column, from 1, got ${JSON.stringify(column)}. To name a column, set \`header: true\`.`,
        );
      }
      const found = first.indexOf(column);
      if (found < 0) {
        throw new DataError(
          `${place}: ${option} ${JSON.stringify(column)} is not in the header.${didYouMean(column, first)} The columns are ${quoted(first)}.`,
        );
      }
      if (first.lastIndexOf(column) !== found) {
        throw new DataError(
          `${place}: ${option} ${JSON.stringify(column)} stands in the header more than once. Set ${option} to a number: ${shown.join(", ")}.`,
        );
      }
      return found + 1;
    }
    if (!Number.isInteger(column) || column < 1) {
      throw new HeedError(`${option} must be the number of a column, from 1, got ${column}.`);
    }
    if (column > width) {
      throw new DataError(
        `${place}: ${option} is ${column}, but the line has ${width} columns, separated by tabs: ${shown.join(", ")}.`,
      );
    }
    return column;
  };
  return { source: numberOf("sourceColumn", sourceColumn), target: numberOf("targetColumn", targetColumn), width };
}
