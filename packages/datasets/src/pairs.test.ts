import { characterTokenizer, Vocabulary, wordTokenizer } from "@heed/tokenizers";
import { describe, expect, it } from "vitest";
import { encodePairs } from "./encode-pairs.js";
import { limitLength } from "./limit-length.js";

const words = (length: number) => Array<string>(length).fill("말");

describe("limitLength", () => {
  it("leaves out pairs with a side beyond the limit, and says which", () => {
    const pairs = [
      { source: words(3), target: words(3), line: 10 },
      { source: words(4), target: words(1), line: 20 },
      { source: words(1), target: words(5), line: 30 },
      { source: words(0), target: words(2), line: 40 },
    ];
    const { pairs: kept, report } = limitLength(pairs, { maxLength: 3, minLength: 1 });
    expect(kept).toEqual([pairs[0]]);
    expect(report).toEqual({
      maxLength: { source: 3, target: 3 },
      kept: 1,
      dropped: 3,
      tooLong: 2,
      tooShort: 1,
      lines: [20, 30, 40],
      message:
        "Left out 3 of 4 pairs: 2 with a side of more than 3 tokens, 1 with a side of fewer than 1 (lines 20, 30, 40).",
    });
    expect(limitLength(pairs, { maxLength: 3 }).report.dropped).toBe(2);
  });

  it("takes a limit for each side, and the noun of the pairs", () => {
    const pairs = [
      { source: words(3), target: words(1) },
      { source: words(4), target: words(1) },
      { source: words(1), target: words(2) },
    ];
    const { pairs: kept, report } = limitLength(pairs, { maxLength: { source: 3, target: 1 }, what: "training pairs" });
    expect(kept).toEqual([pairs[0]]);
    expect(report.message).toBe(
      "Left out 2 of 3 training pairs: 2 with more than 3 source or 1 target tokens (lines 2, 3).",
    );
  });

  it("names the first ten, and says when nothing was left out", () => {
    const pairs = Array.from({ length: 12 }, () => ({ source: [3, 4], target: [3] }));
    const { report } = limitLength(pairs, { maxLength: 1 });
    expect(report.lines).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(report.message).toMatch(/lines 1, .*10, …\)/);
    expect(limitLength(pairs, { maxLength: 2 }).report.message).toBe(
      "None of 12 pairs has a side of more than 2 tokens.",
    );
  });

  it("refuses impossible limits", () => {
    expect(() => limitLength([], { maxLength: -1 })).toThrow(/maxLength -1/);
    expect(() => limitLength([], { maxLength: 2, minLength: 3 })).toThrow(/minLength 3 and maxLength 2/);
    expect(() => limitLength([], { maxLength: { source: 2, target: 0.5 } })).toThrow(/maxLength 0.5/);
  });
});

describe("encodePairs", () => {
  const text = [{ source: "나는 간다.", target: "I go", line: 7 }];
  const source = (unknown: boolean) => wordTokenizer.of(Vocabulary.of(["나는", "."], { unknown }), { locale: "ko" });
  const target = characterTokenizer.of(Vocabulary.of(["g", " ", "o", "I"]));

  it("turns text into ids, with their lines", () => {
    const tokenizers = { source: source(true), target };
    expect(encodePairs(text, tokenizers)).toEqual([{ source: [4, 3, 5], target: [7, 5, 4, 6], line: 7 }]);
    expect(encodePairs([{ source: "나는", target: "" }], tokenizers)).toEqual([{ source: [4], target: [] }]);
  });

  it("names the place of an unknown token", () => {
    const tokenizers = { source: source(false), target };
    expect(() => encodePairs(text, tokenizers)).toThrow(/^Line 7, source: .*no "간다" \(token 2 of 3\)/);
    expect(() => encodePairs([{ source: "너", target: "" }], tokenizers)).toThrow(/^Pair 1, source/);
  });
});
