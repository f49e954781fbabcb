import { Random } from "@heed/core";
import { describe, expect, test } from "vitest";
import { loadSacrebleu } from "../testing/load-sacrebleu.js";
import { bleuStatistics } from "./bleu.js";
import { chrfStatistics } from "./chrf.js";
import { corpusScore, meanStatistics, sentenceScores } from "./sentence-statistics.js";
import { approximateRandomization, bootstrapInterval, pairedBootstrap } from "./significance.js";

const { segments, tests } = loadSacrebleu();

/** The standard error of a share that is counted in samples; at least that of one count. */
const errorOf = (share: number, samples: number) => Math.max(1 / samples, Math.sqrt((share * (1 - share)) / samples));

describe("p-values and intervals agree with sacreBLEU's, which draws other samples", () => {
  test.each(tests)("$kind $metric $options of $sentences sentences", (expected) => {
    const part = segments.slice(0, expected.sentences);
    const references = [part.map(({ references }) => references[0]!)];
    const [baseline, system] = (["other", "hypothesis"] as const).map((name) => {
      const lines = part.map((segment) => segment[name]);
      return expected.metric === "bleu"
        ? bleuStatistics(lines, references, expected.options)
        : chrfStatistics(lines, references, expected.options);
    });
    const { samples, pValue, score } = expected;
    const given = { samples, random: new Random(1) };
    const paired = expected.kind === "bs" ? pairedBootstrap : approximateRandomization;
    const found = paired(baseline!, system!, given);
    expect(found.score).toBeCloseTo(score, 6);
    // Both p-values are estimates: the error of their difference is √2 times that of one.
    expect(Math.abs(found.pValue - pValue)).toBeLessThan(4 * Math.SQRT2 * errorOf(pValue, samples));
    if (expected.kind === "ar") return;

    const { interval, baselineInterval } = pairedBootstrap(baseline!, system!, { samples, random: new Random(2) });
    const width = expected.halfWidth!;
    // The mean of n samples has an error of half the interval's half-width (about 2 standard deviations) by √n.
    const error = (4 * Math.SQRT2 * (width / 2)) / Math.sqrt(samples);
    expect(Math.abs(interval.mean - expected.mean!)).toBeLessThan(error);
    expect(Math.abs(baselineInterval.mean - expected.baselineMean!)).toBeLessThan(1.5 * error);
    expect(Math.abs(interval.halfWidth / width - 1)).toBeLessThan(0.1);
    expect(interval.high - interval.low).toBeCloseTo(2 * interval.halfWidth, 10);
  });
});

describe("a mean, whose distributions are known", () => {
  // 100 sentences, of which the system has 60 right and the baseline 50; 20 + 10 differ.
  const baseline = meanStatistics(Array.from({ length: 100 }, (_, i) => (i < 40 || i >= 90 ? 1 : 0)));
  const system = meanStatistics(Array.from({ length: 100 }, (_, i) => (i < 60 ? 1 : 0)));
  const random = () => new Random(7);

  test("the interval is that of the binomial distribution", () => {
    const { mean, halfWidth, low, high } = bootstrapInterval(baseline, { samples: 20000, random: random() });
    expect(mean).toBeCloseTo(0.5, 2);
    expect([low, high]).toEqual([0.4, 0.6]); // its 2.5 % and 97.5 % quantiles are 40 and 60 of 100
    expect(halfWidth).toBeCloseTo(0.1, 10);
  });

  test("approximate randomization is a sign test of the 30 sentences that differ", () => {
    const { pValue, difference } = approximateRandomization(baseline, system, { samples: 20000, random: random() });
    expect(difference).toBeCloseTo(0.1, 12);
    // P(|2 B(30, ½) − 30| > 10) = 0.0428; rounding may count a part of the 5.56 % at exactly 10 as greater.
    expect(pValue).toBeGreaterThan(0.0428 - 0.006);
    expect(pValue).toBeLessThan(0.0987 + 0.006);
  });

  test("the order of two systems changes only the sign", () => {
    for (const paired of [pairedBootstrap, approximateRandomization]) {
      const there = paired(baseline, system, { samples: 500, random: random() });
      const back = paired(system, baseline, { samples: 500, random: random() });
      expect([back.difference, back.score]).toEqual([-there.difference, there.baselineScore]);
      expect(Math.abs(back.pValue - there.pValue)).toBeLessThan(0.05);
    }
    const { differenceInterval } = pairedBootstrap(baseline, system, { samples: 2000, random: random() });
    expect(differenceInterval.mean).toBeCloseTo(0.1, 1);
    expect(differenceInterval.low).toBeLessThan(0.02);
    expect(differenceInterval.high).toBeGreaterThan(0.18);
  });
});

test("a system that equals the baseline does not differ", () => {
  const same = meanStatistics([1, 0, 1, 1]);
  const random = new Random(1);
  expect(pairedBootstrap(same, same, { samples: 100, random }).pValue).toBe(1);
  expect(approximateRandomization(same, same, { samples: 100, random }).pValue).toBe(1);
});

test("the same seed gives the same result", () => {
  const [a, b] = [meanStatistics([1, 0, 1, 1, 0, 1]), meanStatistics([0, 0, 1, 1, 0, 0])];
  for (const paired of [pairedBootstrap, approximateRandomization]) {
    const once = paired(a, b, { samples: 50, random: new Random(3) });
    expect(paired(a, b, { samples: 50, random: new Random(3) })).toEqual(once);
  }
});

test("statistics of other sentences and wrong numbers of samples are refused", () => {
  const random = new Random(1);
  const [two, three] = [meanStatistics([1, 0]), meanStatistics([1, 0, 1])];
  expect(() => pairedBootstrap(two, three, { random })).toThrow(
    "pairedBootstrap: expected statistics of the same sentences and the same metric, got 2 sentences of 2 numbers and 3 sentences of 2 numbers.",
  );
  const other = bleuStatistics(["a", "b"], [["a", "b"]]);
  expect(() => approximateRandomization(two, other, { random })).toThrow(
    "got 2 sentences of 2 numbers and 2 sentences of 10",
  );
  expect(() => bootstrapInterval(two, { samples: 0, random })).toThrow("samples must be a positive integer, got 0.");
  expect(() => bootstrapInterval(meanStatistics([]), { random })).toThrow("at least one sentence, got none");
});

describe("statistics", () => {
  test("give the score of all sentences, of some, and of each", () => {
    const [lines, references] = [["a b c d e", "a b c d", "x"], [["a b c d e", "a b c x", "x"]]];
    const counted = bleuStatistics(lines, references, { effectiveOrder: true });
    expect(corpusScore(counted, [0])).toBeCloseTo(100, 10);
    expect(corpusScore(counted, [2, 0])).toBeCloseTo(100, 10);
    expect(corpusScore(counted, [])).toBe(0);
    expect(sentenceScores(counted).map(Math.round)).toEqual([100, 59, 100]);
    expect(corpusScore(counted)).toBeLessThan(100);
    expect(() => corpusScore(counted, [3])).toThrow("expected indices from 0 to 2, got 3.");
  });

  test("of a mean may have weights", () => {
    expect(corpusScore(meanStatistics([1, 0, 0.5], [2, 1, 2]))).toBe(0.6);
    expect(corpusScore(meanStatistics([]))).toBe(0);
    expect(() => meanStatistics([1, 0], [1])).toThrow("one weight for each of the 2 values, got 1.");
  });
});
