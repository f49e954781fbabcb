import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Mean } from "./mean.js";
import { perplexity } from "./perplexity.js";
import { unigramLoss } from "./unigram-loss.js";

describe("perplexity", () => {
  it("is the number of equally likely tokens", () => {
    expect(perplexity(0)).toBe(1);
    expect(perplexity(Math.log(11))).toBeCloseTo(11, 12);
    expect(perplexity(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it("refuses what no cross-entropy can be", () => {
    expect(() => perplexity(-0.1)).toThrow(/at least 0; got -0.1/);
    expect(() => perplexity(Number.NaN)).toThrow(/got NaN/);
  });
});

describe("Mean", () => {
  it("weighs values, so that the epoch's mean is per token", () => {
    const mean = new Mean();
    mean.add(2, 30);
    mean.add(1, 10);
    expect(mean.value).toBe(1.75);
    expect(mean.weight).toBe(40);
    mean.reset();
    mean.add(3);
    expect(mean.value).toBe(3);
  });

  it("shows NaN rather than hiding it, and ignores what has no weight", () => {
    const mean = new Mean();
    mean.add(1, 1);
    mean.add(Number.NaN, 0);
    expect(mean.value).toBe(1);
    mean.add(Number.NaN, 1);
    expect(mean.value).toBeNaN();
  });

  it("refuses a mean of nothing and bad weights", () => {
    expect(() => new Mean().value).toThrow(/nothing was added/);
    expect(() => new Mean().add(1, -1)).toThrow(/got -1/);
    expect(() => new Mean().add(1, Number.NaN)).toThrow(/got NaN/);
  });
});

describe("unigramLoss", () => {
  it("is the cross-entropy of the training frequencies", () => {
    expect(unigramLoss([[3, 3, 3, 4]], [[3], [4]], { smoothing: 0 })).toBeCloseTo(
      -(Math.log(3 / 4) + Math.log(1 / 4)) / 2,
      12,
    );
    // Add-one over the three ids seen: p(3) = 4/7, p(5) = 1/7.
    expect(unigramLoss([[3, 3, 3, 4]], [[3, 5]])).toBeCloseTo(-(Math.log(4 / 7) + Math.log(1 / 7)) / 2, 12);
    expect(unigramLoss([[3]], [[3]], { vocabularySize: 9 })).toBeCloseTo(-Math.log(2 / 10), 12);
  });

  it("is infinite without smoothing for an id that training lacks", () => {
    expect(unigramLoss([[3]], [[4]], { smoothing: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  it("is smallest on the training targets themselves (Gibbs)", () => {
    const ids = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(ids, ids, (own, other) => {
        const entropy = unigramLoss([own], [own], { smoothing: 0 });
        expect(unigramLoss([other], [own], { smoothing: 0 })).toBeGreaterThanOrEqual(entropy - 1e-9);
      }),
    );
  });

  it("refuses what it cannot measure", () => {
    expect(() => unigramLoss([], [[1]])).toThrow(/training targets hold no token/);
    expect(() => unigramLoss([[1]], [[]])).toThrow(/validation targets hold no token/);
    expect(() => unigramLoss([[1]], [[1]], { smoothing: -1 })).toThrow(/got -1/);
    expect(() => unigramLoss([[1, 2]], [[1]], { vocabularySize: 1 })).toThrow(/at least 2/);
  });
});
