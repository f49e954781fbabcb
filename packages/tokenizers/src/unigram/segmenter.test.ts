import { Random } from "@heed/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Segmenter } from "./segmenter.js";

const scores = new Map<string, number>([
  ...[["a", -2] as const, ["b", -3] as const, ["c", -3.5] as const, ["ab", -2.5] as const],
  ...[["bc", -4] as const, ["abc", -6.25] as const, ["aa", -1.5] as const, ["ca", -6] as const],
]);
const segmenter = new Segmenter(scores, -6.25);
const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "가", "😀"), maxLength: 9 });

/** Every segmentation into tokens and single characters that are no tokens, with its score. */
function segmentations(value: string): { parts: string[]; score: number }[] {
  const characters = Array.from(value);
  if (characters.length === 0) return [{ parts: [], score: 0 }];
  return characters.flatMap((_, i) => {
    const part = characters.slice(0, i + 1).join("");
    const score = scores.get(part) ?? (i === 0 ? -16.25 : undefined);
    if (score === undefined) return [];
    return segmentations(characters.slice(i + 1).join("")).map((rest) => {
      return { parts: [part, ...rest.parts], score: score + rest.score };
    });
  });
}

/** Joins neighbours that are no tokens. */
function fused(parts: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [i, part] of parts.entries()) {
    if (i > 0 && !scores.has(part) && !scores.has(parts[i - 1]!)) joined.push(joined.pop()! + part);
    else joined.push(part);
  }
  return joined;
}

describe("best", () => {
  it("has the highest score of all segmentations", () => {
    fc.assert(
      fc.property(text, (value) => {
        const all = segmentations(value);
        const highest = Math.max(...all.map(({ score }) => score));
        const best = all.filter(({ score }) => score > highest - 1e-9).map(({ parts }) => fused(parts));
        expect(best).toContainEqual(segmenter.best(value));
      }),
    );
  });

  it("takes the longer first token when scores are equal", () => {
    const equal = new Segmenter(new Map(["a", "b", "c", "ab", "bc"].map((token) => [token, -1])), -1);
    expect(equal.best("abc")).toEqual(["a", "bc"]);
  });

  it("uses a character that is no token only when tokens cost 10 more than the lowest score", () => {
    const of = (score: number) => {
      const tokens = [["a", -1] as const, ["cd", -1] as const, ["abc", score] as const, ["d", score] as const];
      return new Segmenter(new Map<string, number>(tokens), -20).best("abcd");
    };
    expect(of(-15.9)).toEqual(["abc", "d"]);
    expect(of(-16.1)).toEqual(["a", "b", "cd"]);
  });

  it("joins characters that are no tokens", () => {
    expect(segmenter.best("a가😀b가")).toEqual(["a", "가😀", "b", "가"]);
  });
});

describe("sample", () => {
  it.each([0, 0.3, 1, 2])("draws segmentations by their probability to the power of %d", (alpha) => {
    const random = new Random(1);
    const draws = 20_000;
    const drawn = new Map<string, number>();
    for (let i = 0; i < draws; i++) {
      const key = segmenter.sample("aabca", alpha, random).join("|");
      drawn.set(key, (drawn.get(key) ?? 0) + 1);
    }
    const all = segmentations("aabca").map(({ parts, score }) => ({
      key: parts.join("|"),
      weight: Math.exp(alpha * score),
    }));
    const sum = all.reduce((total, { weight }) => total + weight, 0);
    for (const { key, weight } of all) {
      const probability = weight / sum;
      const tolerance = 5 * Math.sqrt((probability * (1 - probability)) / draws);
      expect(Math.abs((drawn.get(key) ?? 0) / draws - probability), key).toBeLessThan(tolerance);
    }
    expect([...drawn.keys()].filter((key) => !all.some((each) => each.key === key))).toEqual([]);
  });

  it("draws a segmentation of every text", () => {
    fc.assert(
      fc.property(text, fc.integer(), (value, seed) => {
        const parts = segmenter.sample(value, 0.2, new Random(seed));
        expect(segmentations(value).map((each) => fused(each.parts))).toContainEqual(parts);
      }),
    );
  });
});
