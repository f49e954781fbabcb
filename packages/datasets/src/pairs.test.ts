import { describe, expect, it } from "vitest";
import { encodePairs } from "./encode-pairs.js";
import { limitLength } from "./limit-length.js";
import { tokenizePairs } from "./tokenize-pairs.js";
import { characterTokenizer } from "./tokenizers/character-tokenizer.js";
import { wordTokenizer } from "./tokenizers/word-tokenizer.js";
import { Vocabulary } from "./vocabulary.js";

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
      maxLength: 3,
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

  it("names the first ten, and says when nothing was left out", () => {
    const pairs = Array.from({ length: 12 }, () => ({ source: [3, 4], target: [3] }));
    const { report } = limitLength(pairs, { maxLength: 1 });
    expect(report.lines).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(report.message).toMatch(/lines 1, .*10, …\)/);
    expect(limitLength(pairs, { maxLength: 2 }).report.message).toBe("All 12 pairs are within the limit of 2 tokens.");
  });

  it("refuses impossible limits", () => {
    expect(() => limitLength([], { maxLength: -1 })).toThrow(/maxLength -1/);
    expect(() => limitLength([], { maxLength: 2, minLength: 3 })).toThrow(/minLength 3 and maxLength 2/);
  });
});

describe("tokenizePairs and encodePairs", () => {
  const text = [{ source: "나는 간다.", target: "I go", line: 7 }];
  const pairs = tokenizePairs(text, { source: wordTokenizer({ locale: "ko" }), target: characterTokenizer() });

  it("turn text into tokens and tokens into ids, with their lines", () => {
    expect(pairs).toEqual([{ source: ["나는", "간다", "."], target: ["I", " ", "g", "o"], line: 7 }]);
    const vocabularies = { source: Vocabulary.of(["나는", "."]), target: Vocabulary.of(["g", " ", "o", "I"]) };
    expect(encodePairs(pairs, vocabularies)).toEqual([{ source: [4, 3, 5], target: [7, 5, 4, 6], line: 7 }]);
    expect(encodePairs([{ source: ["나는"], target: [] }], vocabularies)).toEqual([{ source: [4], target: [] }]);
  });

  it("say where an unknown token stands", () => {
    const source = Vocabulary.of(["나는", "."], { unknown: false });
    const target = Vocabulary.of([]);
    expect(() => encodePairs(pairs, { source, target })).toThrow(/^Line 7, source: .*no "간다" \(token 2 of 3\)/);
    expect(() => encodePairs([{ source: ["너"], target: [] }], { source, target })).toThrow(/^Pair 1, source/);
  });
});
