import type { Alignment } from "@heed/datasets";

/** How well weights agree with true alignments; each number is a sum over target tokens that are aligned. */
export interface Aligned {
  readonly tokens: number;
  /** Tokens whose strongest weight is at a source position that they are aligned with. */
  readonly strongest: number;
  /** The weight at these positions. */
  readonly weight: number;
  /** Expected value of `strongest` for positions drawn at random. */
  readonly chance: number;
}

/**
 * Compares the weights of a sentence with its true alignment. Target tokens without a link, such as `<eos>`, are not counted.
 *
 * @param weights - a row for each target token, a column for each source token
 */
export function alignedOf(weights: readonly (readonly number[])[], alignment: Alignment): Aligned {
  const sum = { tokens: 0, strongest: 0, weight: 0, chance: 0 };
  for (const [position, row] of weights.entries()) {
    const sources = alignment.filter(([, target]) => target === position).map(([source]) => source);
    if (sources.length === 0) continue;
    sum.tokens++;
    if (sources.includes(row.indexOf(Math.max(...row)))) sum.strongest++;
    sum.weight += sources.reduce((total, source) => total + row[source]!, 0);
    sum.chance += sources.length / row.length;
  }
  return sum;
}

/** Adds up sums. */
export function addAligned(list: readonly Aligned[]): Aligned {
  const total = (key: keyof Aligned): number => list.reduce((sum, one) => sum + one[key], 0);
  return { tokens: total("tokens"), strongest: total("strongest"), weight: total("weight"), chance: total("chance") };
}
