import { HeedError } from "@heed/core";

/** Links of a sentence pair: positions of a source word and of a target word, from 0. */
export type AlignmentLinks = readonly (readonly [source: number, target: number])[];

/** What a person aligned. */
export interface GoldAlignment {
  /** Links that an aligner must find. */
  readonly sure: AlignmentLinks;
  /** Links that an aligner may find besides the sure ones. */
  readonly possible: AlignmentLinks;
}

/** Options of {@link parsePharaoh}. */
export interface PharaohOptions {
  /** Position of the first word: 0 or 1; default 0. */
  readonly first?: 0 | 1 | undefined;
  /** Whether the target position comes first, as in files of aligners that ran from target to source; default false. */
  readonly reversed?: boolean | undefined;
}

/**
 * Parses a line of an alignment file in Pharaoh format, such as `0-0 1-2 1?3`: `i-j` is a sure link, `i?j` (or `ipj`) a
 * possible one.
 *
 * @throws HeedError when a link has another form
 * @example
 * parsePharaoh("0-0 1?2"); // { sure: [[0, 0]], possible: [[1, 2]] }
 */
export function parsePharaoh(line: string, { first = 0, reversed = false }: PharaohOptions = {}): GoldAlignment {
  const sure: [number, number][] = [];
  const possible: [number, number][] = [];
  for (const text of line.split(/\s+/u).filter(Boolean)) {
    const [, left, kind, right] = /^(\d+)([-?p])(\d+)$/u.exec(text) ?? [];
    const [a, b] = [Number(left) - first, Number(right) - first];
    if (kind === undefined || !Number.isSafeInteger(a) || !Number.isSafeInteger(b) || a < 0 || b < 0) {
      throw new HeedError(
        `Expected links such as ${first}-${first + 1} or ${first}?${first + 1} (positions from ${first}), got ${JSON.stringify(text.slice(0, 40))}. Check that the line is in Pharaoh format.`,
      );
    }
    (kind === "-" ? sure : possible).push(reversed ? [b, a] : [a, b]);
  }
  return { sure, possible };
}

/**
 * Writes links in Pharaoh format, sorted by source position, then by target position.
 *
 * @example
 * formatPharaoh([[1, 0], [0, 2]]); // "0-2 1-0"
 */
export function formatPharaoh(links: AlignmentLinks): string {
  const sorted = links.toSorted(([a, b], [c, d]) => a - c || b - d);
  return sorted.map(([source, target]) => `${source}-${target}`).join(" ");
}
