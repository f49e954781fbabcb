import { HeedError } from "@heed/core";

/**
 * Numbers of each sentence whose sums over a corpus give its score. Resampling tests, scores of single sentences and scores
 * of parts of a corpus need only these numbers, not the texts.
 */
export interface SentenceStatistics {
  /** The numbers of all sentences, `width` for each: `[sentences × width]`. */
  readonly rows: Float64Array;
  /** How many numbers a sentence has; at least 1. */
  readonly width: number;
  /** Computes the score from the sum of some rows, `[width]`. */
  score(sums: ArrayLike<number>): number;
}

/** Puts the numbers of sentences, `width` for each, into one array. */
export function statisticsOf(
  width: number,
  lists: readonly ArrayLike<number>[],
  score: (sums: ArrayLike<number>) => number,
): SentenceStatistics {
  const rows = new Float64Array(lists.length * width);
  for (const [i, list] of lists.entries()) rows.set(list, i * width);
  return { rows, width, score };
}

/**
 * Returns statistics whose score is the mean of a value of each sentence: for measures such as accuracy.
 *
 * @param values - one value for each sentence
 * @param weights - how much each sentence counts, such as its number of tokens; default: 1
 * @throws HeedError when the lists differ in length
 * @example
 * corpusScore(meanStatistics([1, 0, 1, 1])); // 0.75
 */
export function meanStatistics(values: ArrayLike<number>, weights?: ArrayLike<number>): SentenceStatistics {
  if (weights !== undefined && weights.length !== values.length) {
    throw new HeedError(
      `meanStatistics: expected one weight for each of the ${values.length} values, got ${weights.length}.`,
    );
  }
  const weightOf = (i: number) => weights?.[i] ?? 1;
  return statisticsOf(
    2,
    Array.from(values, (value, i) => [value * weightOf(i), weightOf(i)]),
    (sums) => (sums[1] === 0 ? 0 : sums[0]! / sums[1]!),
  );
}

/** Returns the number of sentences. */
export function sentencesOf({ rows, width }: SentenceStatistics): number {
  return rows.length / width;
}

/**
 * Computes the score of a corpus, or of some of its sentences.
 *
 * @param sentences - indices from 0, such as those of a length bucket; default: all. An index that occurs twice counts twice
 * @throws HeedError when an index does not exist
 * @example
 * const statistics = bleuStatistics(hypotheses, [references]);
 * corpusScore(statistics); // the BLEU of all sentences
 * corpusScore(statistics, [0, 4, 7]); // the BLEU of three of them
 */
export function corpusScore(statistics: SentenceStatistics, sentences?: Iterable<number>): number {
  const { rows, width } = statistics;
  const count = sentencesOf(statistics);
  const sums = new Float64Array(width);
  for (const sentence of sentences ?? Array(count).keys()) {
    if (!(Number.isInteger(sentence) && sentence >= 0 && sentence < count)) {
      throw new HeedError(`corpusScore: expected indices from 0 to ${count - 1}, got ${sentence}.`);
    }
    for (let k = 0; k < width; k++) sums[k]! += rows[sentence * width + k]!;
  }
  return statistics.score(sums);
}

/**
 * Computes the score of each sentence. BLEU of single sentences needs the option `effectiveOrder`.
 *
 * @returns one score for each sentence
 * @example
 * sentenceScores(chrfStatistics(["나는 간다", "온다"], [["나는 간다", "갔다"]])); // the first one is 100
 */
export function sentenceScores(statistics: SentenceStatistics): number[] {
  const { rows, width } = statistics;
  return Array.from({ length: sentencesOf(statistics) }, (_, i) =>
    statistics.score(rows.subarray(i * width, (i + 1) * width)),
  );
}
