import { didYouMean, quoted } from "@heed/core";
import type { TextPair } from "../sequence-pair.js";
import { LineFaults, type SkippedLines } from "./skipped-lines.js";

/** Which keys of JSON lines hold the pairs. */
export interface JsonLinesOptions {
  /** Default `"source"`. */
  readonly sourceKey?: string | undefined;
  /** Default `"target"`. */
  readonly targetKey?: string | undefined;
}

/**
 * Returns the pairs of JSON lines: an object on each line, whose two keys have strings. Blank lines are left out; malformed
 * lines are skipped.
 *
 * @param path - for messages
 * @throws DataError when more than a tenth of the lines are malformed
 */
export function parseJsonLines(
  lines: readonly string[],
  path: string,
  { sourceKey = "source", targetKey = "target" }: JsonLinesOptions,
): { pairs: TextPair[]; skipped: SkippedLines } {
  const faults = new LineFaults();
  const pairs: TextPair[] = [];
  let total = 0;
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    total++;
    const read = readObject(line, [sourceKey, targetKey]);
    if (typeof read === "string") faults.add(i + 1, read);
    else pairs.push({ source: read[0] as string, target: read[1] as string, line: i + 1 });
  }
  const advice =
    "Correct the file, or choose other keys with sourceKey and targetKey (data.sourceColumn and data.targetColumn in a configuration).";
  return { pairs, skipped: faults.report(path, total, advice) };
}

/** Returns the values of the keys, or what is wrong with the line. */
function readObject(line: string, keys: readonly string[]): string[] | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `expected a JSON object, got invalid JSON (${(error as Error).message}).`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `expected a JSON object, got ${kindOf(value)}.`;
  }
  const record = value as Record<string, unknown>;
  const values: string[] = [];
  for (const key of keys) {
    const names = Object.keys(record);
    if (!names.includes(key)) {
      const hint = didYouMean(key, names);
      return `expected the key ${JSON.stringify(key)}, got ${names.length === 0 ? "no key" : quoted(names)}.${hint}`;
    }
    if (typeof record[key] !== "string") {
      return `the value of ${JSON.stringify(key)} must be a string, got ${kindOf(record[key])}.`;
    }
    values.push(record[key]);
  }
  return values;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
