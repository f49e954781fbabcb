import { parseLegend } from "@heed/tensor";
import type { Scorer, ScorerSample } from "../scorer.js";

/**
 * Sentences, queries and keys: one of each, more queries than keys, and keys around the widths of vector instructions.
 * Each row also has a radius, for scorers that have one.
 */
const rows: readonly (readonly [b: number, q: number, k: number, radius: number])[] = [
  [1, 1, 1, 1],
  [2, 9, 3, 7],
  [3, 2, 7, 1.5],
  [1, 3, 8, 2],
  [5, 1, 9, 1],
  [2, 3, 17, 2.5],
  [1, 2, 33, 3],
  [1, 18, 2, 2],
  [2, 1, 65, 2],
  [1, 35, 3, 2],
];

/**
 * The sizes at which a scorer is checked besides its own samples. Widths and the number of heads are multiples of those of
 * a sample, so that what divides stays divisible.
 */
export function moreSizes(sample: ScorerSample): ScorerSample[] {
  return rows.map(([b, q, k, radius], index) => {
    const heads = sample.heads === undefined ? {} : { heads: index % 2 === 0 ? sample.heads : sample.heads + 1 };
    const factor = sample.heads === undefined ? 1 + (index % 3) : 1 + (index % 2) * sample.heads;
    return {
      ...{ b, q, k, dq: sample.dq * factor, dk: sample.dk * factor, d: sample.d * factor },
      ...heads,
      ...(sample.radius === undefined ? {} : { radius }),
      ...(sample.maxKeys === undefined ? {} : { maxKeys: k + 3 * (index % 2) }),
    };
  });
}

/** Lengths of sentences of at most k keys: all where they are few, and those around the widths of vector instructions. */
export function someLengths(k: number): number[] {
  const all = Array.from({ length: k }, (_, i) => i + 1);
  return k <= 9 ? all : all.filter((length) => [1, 2, 7, 8, 9, 16, 17, k - 1, k].includes(length));
}

/** Whether the legend says that queries and keys have the same width. */
export function hasTiedWidths({ shapes }: Scorer): boolean {
  const [query, keys] = parseLegend(shapes ?? "").inputs.map(({ axes }) => axes.at(-1)?.name);
  return query === keys;
}
