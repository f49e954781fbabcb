import { describe, expect, it } from "vitest";
import { bleu, bleuOfTokens } from "./bleu.js";

// The example of sacreBLEU's README, and the values its own tests expect.
const hypotheses = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
const references = [
  ["The dog bit the man.", "It was not unexpected.", "The man bit him first."],
  ["The dog had bit the man.", "No one was surprised.", "The man had bitten the dog."],
];

describe("bleu", () => {
  it("gives sacreBLEU's values for its own example", () => {
    expect(bleu(hypotheses, references).score).toBeCloseTo(48.530827, 6);
    expect(bleu(hypotheses, references, { tokenize: "none" }).score).toBeCloseTo(49.1919566, 6);
    expect(bleu(["", "", ""], references).score).toBe(0);
  });

  it("clips counts by the largest count in any one reference", () => {
    // Papineni et al. 2002, section 2.1: 7 × "the" has a unigram precision of 2/7.
    const { counts, totals } = bleu(
      ["the the the the the the the"],
      [["the cat is on the mat"], ["there is a cat on the mat"]],
    );
    expect(counts[0]).toBe(2);
    expect(totals).toEqual([7, 6, 5, 4]);
  });

  it("halves the precision of each order without a match (exp smoothing)", () => {
    const { precisions, score } = bleu(["a b x c y d"], [["a b c d"]], { tokenize: "none" });
    expect(precisions).toEqual([400 / 6, 100 / 5, 100 / (2 * 4), 100 / (4 * 3)]);
    expect(score).toBeCloseTo((((((400 / 6) * 100) / 5) * 100) / 8) ** 0.25 * (100 / 12) ** 0.25, 10);
  });

  it("takes the reference closest in length, of two as close the shorter", () => {
    const lengths = (lines: string[]) =>
      bleu(
        ["a b c d"],
        lines.map((line) => [line]),
      ).referenceLength;
    expect(lengths(["a b c d e f", "a b c d e"])).toBe(5);
    expect(lengths(["a b c d e", "a b c"])).toBe(3);
  });

  it("penalises brevity", () => {
    const { brevityPenalty, score } = bleu(["a b c d"], [["a b c d e"]]);
    expect(brevityPenalty).toBeCloseTo(Math.exp(1 - 5 / 4), 12);
    expect(score).toBeCloseTo(100 * Math.exp(-0.25), 10);
  });

  it("compares Korean, and other case where asked", () => {
    expect(bleu(["오늘은 6월 18일 입니다."], [["오늘은 6월 18일 입니다."]]).score).toBeCloseTo(100, 10);
    expect(bleu(["THE CAT SAT DOWN"], [["the cat sat down"]]).score).toBe(0);
    expect(bleu(["THE CAT SAT DOWN"], [["the cat sat down"]], { lowercase: true }).score).toBeCloseTo(100, 10);
  });

  it("cuts words as mteval-v13a does", () => {
    const words = (line: string) => bleu([line], [[line]]).hypothesisLength;
    expect(words("Hello, world!")).toBe(4);
    expect(words("3.14 1,000 2020-21 e.g.")).toBe(9); // 3.14 | 1,000 | 2020 | - | 21 | e | . | g | .
    expect(words("&quot;a&quot; &amp; don't")).toBe(5);
  });

  it("scores lists of tokens", () => {
    expect(bleuOfTokens([["a", "b", "c", ".", "d"]], [[["a", "b", "c", ".", "d"]]]).score).toBeCloseTo(100, 10);
    expect(() => bleuOfTokens([["a b"]], [[["a"]]])).toThrow(/white space; got "a b"/);
  });

  it("refuses streams of different lengths and unknown tokenizers", () => {
    expect(() => bleu(["a"], [["a", "b"]])).toThrow(/references\[0\] has 2 lines and there are 1/);
    expect(() => bleu([], [[]])).toThrow(/no hypothesis/);
    expect(() => bleu(["a"], [])).toThrow(/at least one list/);
    expect(() => bleu(["a"], ["a"] as unknown as string[][])).toThrow(/write \[references\]/);
    expect(() => bleu(["a"], [["a"]], { tokenize: "14a" as "13a" })).toThrow(
      /one of "none", "13a", "intl", "char"; got "14a"/,
    );
  });
});
