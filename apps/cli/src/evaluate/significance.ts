import { Random } from "@heed/core";
import { approximateRandomization, bootstrapInterval, type ConfidenceInterval, pairedBootstrap } from "@heed/metrics";
import type { significanceTests } from "./choices.js";
import type { Measured } from "./measures.js";

/** Which test, and how many samples it draws. */
export interface TestSettings {
  readonly test: (typeof significanceTests)[number];
  /** Samples of the bootstrap; 0: no intervals and no tests. */
  readonly samples: number;
  /** Trials of approximate randomization. */
  readonly trials: number;
}

/** The seed of all samples: that of sacreBLEU. */
export const sampleSeed = 12345;

/** The confidence interval of a value, and its difference from that of the first system. */
export interface Certainty {
  /** 95 % confidence interval. */
  readonly interval: Pick<ConfidenceInterval, "low" | "high" | "halfWidth"> | null;
  /** Value minus that of the first system; null for the first one. */
  readonly difference: number | null;
  /** Probability of such a difference by chance, two-sided; null for the first system. */
  readonly pValue: number | null;
}

/**
 * Estimates the interval of a value, and tests it against a baseline.
 *
 * @param baseline - null for the first system, and for one that is measured on other references
 */
export function certaintyOf(
  measured: Measured,
  baseline: Measured | null,
  { test, samples, trials }: TestSettings,
): Certainty {
  const difference = baseline && measured.value - baseline.value;
  const { statistics } = measured;
  if (statistics === null || samples === 0) return { interval: null, difference, pValue: null };
  const random = new Random(sampleSeed);
  const short = ({ low, high, halfWidth }: ConfidenceInterval) => ({ low, high, halfWidth });
  if (!baseline?.statistics) {
    return { interval: short(bootstrapInterval(statistics, { samples, random })), difference, pValue: null };
  }
  if (test === "paired-bootstrap") {
    const { interval, pValue } = pairedBootstrap(baseline.statistics, statistics, { samples, random });
    return { interval: short(interval), difference, pValue };
  }
  const { pValue } = approximateRandomization(baseline.statistics, statistics, { samples: trials, random });
  const interval = bootstrapInterval(statistics, { samples, random: new Random(sampleSeed) });
  return { interval: short(interval), difference, pValue };
}
