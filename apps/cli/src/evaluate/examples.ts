/** Indices of sentences, by the quality of their translations. */
export interface Examples {
  /** The worst translations of the first system; with several systems, those with the lowest mean. The worst first. */
  readonly worst: readonly number[];
  /** The best first; of equally good ones, those with the longest source. */
  readonly best: readonly number[];
  /** The largest difference between two systems first. */
  readonly different: readonly number[];
}

/**
 * Chooses the sentences that a person looks at first.
 *
 * @param qualities - for each system the quality of each sentence
 * @param lengths - of the sources
 * @param wanted - number of sentences of each kind
 */
export function chooseExamples(
  qualities: readonly (readonly number[])[],
  lengths: readonly number[],
  wanted: number,
): Examples {
  const sentences = lengths.flatMap((length, i) => (length === 0 ? [] : [i]));
  const mean = (i: number): number => qualities.reduce((sum, values) => sum + values[i]!, 0) / qualities.length;
  const spread = (i: number): number => {
    const values = qualities.map((each) => each[i]!);
    return Math.max(...values) - Math.min(...values);
  };
  const top = (key: (i: number) => number, of: readonly number[] = sentences): number[] =>
    of
      .map((i) => [i, key(i)] as const)
      .sort(([i, a], [j, b]) => b - a || lengths[j]! - lengths[i]! || i - j)
      .slice(0, wanted)
      .map(([i]) => i);
  return {
    worst: top((i) => -mean(i)),
    best: top(mean),
    different: top(
      spread,
      sentences.filter((i) => spread(i) > 0),
    ),
  };
}
