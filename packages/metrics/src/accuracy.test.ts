import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sequenceAccuracy } from "./sequence-accuracy.js";
import { tokenAccuracy } from "./token-accuracy.js";

describe("tokenAccuracy", () => {
  it("counts reference tokens that the prediction has in place, over the whole corpus", () => {
    expect(tokenAccuracy([["나는", "너를", "안다"]], [["나는", "그를", "안다"]])).toBeCloseTo(2 / 3);
    // 1 of 1 and 0 of 3: the mean per token is 1/4, not the mean of the two shares.
    expect(tokenAccuracy([["a"], ["x", "x", "x"]], [["a"], ["b", "c", "d"]])).toBe(0.25);
  });

  it("takes missing tokens as wrong, and does not count tokens beyond the end", () => {
    expect(tokenAccuracy([["a"]], [["a", "b", "c", "d"]])).toBe(0.25);
    expect(tokenAccuracy([["a", "b", "c"]], [["a", "b"]])).toBe(1);
  });

  it("leaves padding out, by id or by length", () => {
    const references = [Int32Array.of(5, 6, 2, 0, 0)];
    expect(tokenAccuracy([Int32Array.of(5, 9, 2, 0, 0)], references)).toBe(0.8);
    expect(tokenAccuracy([Int32Array.of(5, 9, 2, 0, 0)], references, { padId: 0 })).toBeCloseTo(2 / 3);
    expect(tokenAccuracy([Int32Array.of(5, 6, 2, 7, 7)], references, { lengths: [3] })).toBe(1);
    expect(tokenAccuracy([Int32Array.of(5, 6)], references, { lengths: Int32Array.of(3) })).toBeCloseTo(2 / 3);
  });

  it("is 1 exactly where the reference is a prefix of the prediction", () => {
    const sequences = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }), { minLength: 1 });
    fc.assert(
      fc.property(sequences, sequences, (predictions, references) => {
        const n = Math.min(predictions.length, references.length);
        const [p, r] = [predictions.slice(0, n), references.slice(0, n)];
        fc.pre(r.some((reference) => reference.length > 0));
        const prefixes = r.every((reference, i) => reference.every((token, k) => token === p[i]?.[k]));
        expect(tokenAccuracy(p, r) === 1).toBe(prefixes);
      }),
    );
  });

  it("refuses what cannot be compared", () => {
    expect(() => tokenAccuracy([["a"]], [["a"], ["b"]])).toThrow(/1 predictions and 2 references/);
    expect(() => tokenAccuracy([["a"]], [["a"]], { lengths: [2] })).toThrow(/lengths\[0\].*from 0 to 1.*got 2/);
    expect(() => tokenAccuracy([["a"]], [["a"]], { lengths: [] })).toThrow(/1 were expected, 0 came/);
    expect(() => tokenAccuracy([[1]], [[1]], { lengths: [1], padId: 0 })).toThrow(/give one/);
    expect(() => tokenAccuracy([], [])).toThrow(/no token/);
  });
});

describe("sequenceAccuracy", () => {
  it("takes only whole sequences as right", () => {
    const reference = ["나는", "학생이다"];
    expect(sequenceAccuracy([reference, ["나는"], [...reference, "."], []], Array(4).fill(reference))).toBe(0.25);
    expect(sequenceAccuracy([[]], [[]])).toBe(1);
  });

  it("leaves padding out, by id or by length", () => {
    expect(sequenceAccuracy([[5, 6]], [[5, 6, 0, 0]])).toBe(0);
    expect(sequenceAccuracy([[5, 6]], [[5, 6, 0, 0]], { padId: 0 })).toBe(1);
    expect(sequenceAccuracy([[5, 6, 7, 0]], [[5, 6, 0, 0]], { padId: 0 })).toBe(0);
    expect(sequenceAccuracy([[5, 6, 7, 7]], [[5, 6, 0, 0]], { lengths: [2] })).toBe(1);
    expect(sequenceAccuracy([[5]], [[5, 6, 0, 0]], { lengths: [2] })).toBe(0);
  });

  it("refuses an empty corpus", () => {
    expect(() => sequenceAccuracy([], [])).toThrow(/no sequence/);
  });
});
