import { HeedError, type Random } from "@heed/core";
import { corpusScore, type SentenceStatistics, sentencesOf } from "./sentence-statistics.js";

/** Options of tests that resample sentences. */
export interface ResamplingOptions {
  /** Number of samples or trials; default 1000 for the bootstrap, 10000 for approximate randomization. */
  readonly samples?: number | undefined;
  /** The generator of the samples. A new one with the same seed gives all systems the same samples. */
  readonly random: Random;
}

/** A 95 % confidence interval. sacreBLEU prints it as `μ = mean ± halfWidth`. */
export interface ConfidenceInterval {
  /** Mean of the scores of all samples. */
  readonly mean: number;
  /** Half the distance between `low` and `high`. */
  readonly halfWidth: number;
  /** The score below which 2.5 % of the samples are. */
  readonly low: number;
  /** The score above which 2.5 % of the samples are. */
  readonly high: number;
}

/** The comparison of a system with a baseline. */
export interface PairedTest {
  readonly baselineScore: number;
  readonly score: number;
  /** `score − baselineScore` */
  readonly difference: number;
  /** Two-sided p-value, in (0, 1]: how often a difference of this size would occur by chance. */
  readonly pValue: number;
}

/** A {@link PairedTest} by bootstrap, which gives confidence intervals too. */
export interface PairedBootstrap extends PairedTest {
  /** Of the baseline's score. */
  readonly baselineInterval: ConfidenceInterval;
  /** Of the system's score. */
  readonly interval: ConfidenceInterval;
  /** Of the difference. */
  readonly differenceInterval: ConfidenceInterval;
}

/**
 * Estimates the 95 % confidence interval of a score by bootstrap resampling, as sacreBLEU's option `--confidence` does.
 *
 * Each sample draws as many sentences as there are, with replacement.
 *
 * @throws HeedError when there is no sentence, or when `samples` is not a positive integer
 * @see Koehn 2004, W04-3250, section 2
 * @example
 * const { mean, halfWidth } = bootstrapInterval(bleuStatistics(hypotheses, [references]), { random: new Random(12345) });
 */
export function bootstrapInterval(
  statistics: SentenceStatistics,
  { samples = 1000, random }: ResamplingOptions,
): ConfidenceInterval {
  check("bootstrapInterval", [statistics], samples);
  return intervalOf(resampled([statistics], samples, random)[0]!);
}

/**
 * Tests whether a system differs from a baseline, by paired bootstrap resampling, as sacreBLEU's `--paired-bs` does.
 *
 * Both are scored on the same samples of sentences. `p = (c + 1) / (samples + 1)`, c the number of samples for which
 * `|difference| − mean |difference|` is greater than the difference of the corpora. For equal scores the p-value is 1, where
 * sacreBLEU prints `1 / (samples + 1)`.
 *
 * @param baseline - statistics of the baseline, from `bleuStatistics`, `chrfStatistics` or another such function
 * @param system - statistics of the system for the same sentences, by the same function with the same options
 * @throws HeedError when the two do not belong together, or when `samples` is not a positive integer
 * @see Koehn 2004, W04-3250, section 4
 * @example
 * const [a, b] = [first, second].map((lines) => bleuStatistics(lines, [references]));
 * const { difference, pValue } = pairedBootstrap(a, b, { random: new Random(12345) });
 */
export function pairedBootstrap(
  baseline: SentenceStatistics,
  system: SentenceStatistics,
  { samples = 1000, random }: ResamplingOptions,
): PairedBootstrap {
  check("pairedBootstrap", [baseline, system], samples);
  const [before, after] = resampled([baseline, system], samples, random) as [Float64Array, Float64Array];
  const differences = after.map((score, i) => score - before[i]!);
  const sizes = differences.map(Math.abs);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / samples;
  return {
    ...testOf(
      baseline,
      system,
      sizes.map((size) => size - mean),
    ),
    baselineInterval: intervalOf(before),
    interval: intervalOf(after),
    differenceInterval: intervalOf(differences),
  };
}

/**
 * Tests whether a system differs from a baseline, by approximate randomization, as sacreBLEU's `--paired-ar` does.
 *
 * Each trial swaps the outputs of a random half of the sentences. `p = (c + 1) / (samples + 1)`, c the number of trials with a
 * greater difference than that of the corpora. For equal scores the p-value is 1, where sacreBLEU prints `1 / (samples + 1)`.
 *
 * @param baseline - statistics of the baseline, from `bleuStatistics`, `chrfStatistics` or another such function
 * @param system - statistics of the system for the same sentences, by the same function with the same options
 * @throws HeedError when the two do not belong together, or when `samples` is not a positive integer
 * @see Riezler and Maxwell 2005, W05-0908; Clark et al. 2011, P11-2031
 * @example
 * const [a, b] = [first, second].map((lines) => chrfStatistics(lines, [references]));
 * const { pValue } = approximateRandomization(a, b, { random: new Random(12345) });
 */
export function approximateRandomization(
  baseline: SentenceStatistics,
  system: SentenceStatistics,
  { samples = 10000, random }: ResamplingOptions,
): PairedTest {
  check("approximateRandomization", [baseline, system], samples);
  const { rows, width } = baseline;
  const both = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) both[i % width]! += rows[i]! + system.rows[i]!;
  const sizes = new Float64Array(samples);
  const [first, second] = [new Float64Array(width), new Float64Array(width)];
  for (let sample = 0; sample < samples; sample++) {
    first.fill(0);
    let [coins, left] = [0, 0];
    for (let start = 0; start < rows.length; start += width) {
      // One draw gives the coins of 30 sentences.
      if (left === 0) [coins, left] = [random.integer(0, 2 ** 30), 30];
      const chosen = coins % 2 === 0 ? rows : system.rows;
      coins >>= 1;
      left--;
      for (let k = 0; k < width; k++) first[k]! += chosen[start + k]!;
    }
    for (let k = 0; k < width; k++) second[k] = both[k]! - first[k]!;
    sizes[sample] = Math.abs(system.score(second) - baseline.score(first));
  }
  return testOf(baseline, system, sizes);
}

/** Scores statistics on the same samples of sentences. */
function resampled(all: readonly SentenceStatistics[], samples: number, random: Random): Float64Array[] {
  const count = sentencesOf(all[0]!);
  const scores = all.map(() => new Float64Array(samples));
  const sums = all.map(({ width }) => new Float64Array(width));
  const drawn = new Int32Array(count);
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < count; i++) drawn[i] = random.integer(0, count);
    for (const [s, { rows, width, score }] of all.entries()) {
      const sum = sums[s]!.fill(0);
      for (let i = 0; i < count; i++) {
        const start = drawn[i]! * width;
        for (let k = 0; k < width; k++) sum[k]! += rows[start + k]!;
      }
      scores[s]![sample] = score(sum);
    }
  }
  return scores;
}

function intervalOf(scores: Float64Array): ConfidenceInterval {
  const sorted = scores.toSorted();
  const outside = Math.floor(sorted.length / 40);
  const [low, high] = [sorted[outside]!, sorted[sorted.length - 1 - outside]!];
  const mean = sorted.reduce((sum, score) => sum + score, 0) / sorted.length;
  return { mean, halfWidth: (high - low) / 2, low, high };
}

/** Compares the difference of the corpora with the differences that occur by chance. */
function testOf(baseline: SentenceStatistics, system: SentenceStatistics, byChance: Float64Array): PairedTest {
  const [baselineScore, score] = [corpusScore(baseline), corpusScore(system)];
  const difference = score - baselineScore;
  const greater = byChance.reduce((count, each) => (each > Math.abs(difference) ? count + 1 : count), 0);
  const pValue = difference === 0 ? 1 : (greater + 1) / (byChance.length + 1);
  return { baselineScore, score, difference, pValue };
}

function check(caller: string, all: readonly SentenceStatistics[], samples: number): void {
  if (!Number.isInteger(samples) || samples < 1) {
    throw new HeedError(`${caller}: samples must be a positive integer, got ${samples}.`);
  }
  const [first, second = first] = all as [SentenceStatistics, SentenceStatistics?];
  if (first.rows.length === 0)
    throw new HeedError(`${caller}: expected statistics of at least one sentence, got none.`);
  if (first.rows.length !== second.rows.length || first.width !== second.width) {
    const shown = ({ rows, width }: SentenceStatistics) => `${rows.length / width} sentences of ${width} numbers`;
    throw new HeedError(
      `${caller}: expected statistics of the same sentences and the same metric, got ${shown(first)} and ${shown(second)}.`,
    );
  }
}
