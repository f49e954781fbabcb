import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spread, summarize } from "./statistics.js";

describe("summarize", () => {
  it("gives R's default quantiles", () => {
    expect(summarize([7, 1, 3, 10])).toMatchObject({ min: 1, q1: 2.5, median: 5, q3: 7.75, max: 10 });
    expect(summarize([4])).toMatchObject({ min: 4, q1: 4, median: 4, q3: 4, max: 4 });
  });

  it("puts them in order, whatever the order of the samples, and keeps that", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (samples) => {
        const { min, q1, median, q3, max, samples: kept } = summarize(samples);
        expect([min, q1, median, q3, max]).toEqual([min, q1, median, q3, max].sort((a, b) => a - b));
        expect(kept).toEqual(samples);
      }),
    );
  });

  it("refuses no samples, and what is no number", () => {
    expect(() => summarize([])).toThrow(RangeError);
    expect(() => summarize([1, Number.NaN])).toThrow("[1, NaN]");
  });
});

it("spread is half the range as a share of the median", () => {
  expect(spread(summarize([90, 100, 120]))).toBeCloseTo(0.15);
});
