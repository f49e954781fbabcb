import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { seedTokens } from "./seed-tokens.js";
import { bestCounts, bestTokens, expectedCounts, type TrainingLattice, withTokens } from "./training-lattice.js";

const pieces = fc
  .uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", "c", "?"), minLength: 1, maxLength: 7 }), { minLength: 1 })
  .map((texts) => new Map(texts.map((text, i) => [text, 1 + (i % 3)])));
const alphabet = ["a", "b", "c"];

/** How often each part of the pieces occurs, without parts that contain `?`. */
function partCounts(counts: ReadonlyMap<string, number>): Map<string, number> {
  const parts = new Map<string, number>();
  for (const [piece, count] of counts) {
    for (let start = 0; start < piece.length; start++) {
      for (let end = start + 1; end <= piece.length; end++) {
        const part = piece.slice(start, end);
        if (!part.includes("?")) parts.set(part, (parts.get(part) ?? 0) + count);
      }
    }
  }
  return parts;
}

/** The pieces of a lattice, each with every segmentation. */
function segmentationsOf({ begins, counts, firstEdge, token, length }: TrainingLattice): number[][][] {
  const from = (position: number, end: number): number[][] => {
    if (position === end) return [[]];
    const all: number[][] = [];
    for (let edge = firstEdge[position]!; edge < firstEdge[position + 1]!; edge++)
      all.push(...from(position + length[edge]!, end).map((rest) => [token[edge]!, ...rest]));
    return all;
  };
  return Array.from(counts, (_, piece) => from(begins[piece]!, begins[piece + 1]!));
}

const sum = (values: Iterable<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

describe("seeds", () => {
  it("are the characters and the frequent parts that no part of the same count contains", () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 3 }), (counts, minFrequency) => {
        const parts = partCounts(counts);
        const { tokens } = seedTokens(counts, alphabet, { size: 1000, minFrequency });
        const expected = [...parts].filter(([part, count]) => {
          const longer = [...parts].some(
            ([other, n]) => n === count && other.length === part.length + 1 && other.includes(part),
          );
          return part.length > 1 && count >= minFrequency && !longer;
        });
        expect(tokens.slice(0, 3).map(({ text, count }) => [text, count])).toEqual(
          alphabet.map((text) => [text, parts.get(text) ?? 0]),
        );
        expect(new Map(tokens.slice(3).map(({ text, count }) => [text, count]))).toEqual(new Map(expected));
      }),
    );
  });

  it("are limited to those with the most characters in the text", () => {
    const counts = new Map([
      ["abc", 5],
      ["ab", 5],
      ["cc", 9],
    ]);
    const texts = (size: number) =>
      seedTokens(counts, alphabet, { size, minFrequency: 2 })
        .tokens.slice(3)
        .map(({ text }) => text);
    expect(texts(100)).toEqual(["ab", "cc", "abc"]);
    expect(texts(5)).toEqual(["ab", "cc"]);
    expect(texts(1)).toEqual([]);
  });
});

test("of many pieces, the frequent ones and a sample of the others are used", () => {
  const rare = Array.from({ length: 200 }, (_, i) => [`${i < 100 ? "a" : "c"}${"b".repeat(i % 100)}`, 1] as const);
  const counts = new Map([...rare, ["ca", 9]]);
  const { tokens, lattice } = seedTokens(counts, alphabet, { size: 9000, minFrequency: 2, maxCharacters: 5000 });
  const used = lattice.begins.at(-1)!;
  expect(used).toBeGreaterThanOrEqual(5000);
  expect(used).toBeLessThan(5100);
  expect(tokens.find(({ text }) => text === "ca")?.count).toBe(9);
  const [a, , c] = tokens.map(({ count }) => count - 9);
  for (const count of [a, c]) expect(Math.abs(count! - 50)).toBeLessThan(15);
});

describe("the lattice", () => {
  const scoresOf = (size: number): Float64Array =>
    Float64Array.from({ length: size }, (_, i) => -1 - ((i * 7) % 5) / 3);

  it("expects each token as often as all segmentations have it, by their probabilities", () => {
    fc.assert(
      fc.property(pieces, (counts) => {
        const { tokens, lattice } = seedTokens(counts, alphabet, { size: 1000, minFrequency: 1 });
        const scores = scoresOf(tokens.length);
        const expected = new Float64Array(tokens.length);
        for (const [piece, all] of segmentationsOf(lattice).entries()) {
          const weights = all.map((path) => Math.exp(sum(path.map((token) => scores[token]!))));
          for (const [i, path] of all.entries())
            for (const token of path) expected[token]! += (lattice.counts[piece]! * weights[i]!) / sum(weights);
        }
        const got = expectedCounts(lattice, scores);
        for (const [token, count] of expected.entries()) expect(got[token]).toBeCloseTo(count, 8);
      }),
      { numRuns: 40 },
    );
  });

  it("finds the best segmentation, also without a token, and after tokens are removed", () => {
    fc.assert(
      fc.property(pieces, fc.nat(), (counts, drawn) => {
        const { tokens, lattice } = seedTokens(counts, alphabet, { size: 1000, minFrequency: 1 });
        const scores = scoresOf(tokens.length);
        const longer = tokens.flatMap(({ length }, token) => (length > 1 ? [token] : []));
        const without = longer[drawn % Math.max(1, longer.length)];
        const renamed = Int32Array.from(tokens, (_, token) => (token === without ? -1 : token));
        const fewer = withTokens(lattice, renamed);
        const total = (path: readonly number[]): number => sum(path.map((token) => scores[token]!));
        let used = 0;
        for (const [piece, all] of segmentationsOf(fewer).entries()) {
          const span = { begin: lattice.begins[piece]!, end: lattice.begins[piece + 1]! };
          const best = bestTokens(lattice, scores, { ...span, without });
          expect(all).toContainEqual(best);
          expect(total(best)).toBeCloseTo(Math.max(...all.map(total)), 10);
          expect(bestTokens(fewer, scores, span)).toEqual(best);
          used += best.length * lattice.counts[piece]!;
        }
        expect(sum(bestCounts(fewer, scores))).toBe(used);
      }),
      { numRuns: 40 },
    );
  });
});
