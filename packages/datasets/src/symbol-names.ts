import { HeedError } from "@heed/core";

/**
 * The names of the first `count` symbols: `a` … `z`, then `aa`, `ab`, …, as the columns of a spreadsheet.
 *
 * @throws HeedError where the count is not a whole number of at least 1
 */
export function symbolNames(count: number): string[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new HeedError(`A task needs a whole number of symbols, at least 1; got ${count}.`);
  }
  return Array.from({ length: count }, (_, rank) => symbolName(rank));
}

/** The name of the symbol with a rank, from 0. */
export function symbolName(rank: number): string {
  let name = "";
  for (let rest = rank; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    name = String.fromCharCode("a".charCodeAt(0) + (rest % 26)) + name;
  }
  return name;
}
