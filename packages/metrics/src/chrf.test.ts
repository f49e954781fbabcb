import { describe, expect, it } from "vitest";
import { chrf } from "./chrf.js";

// The values that sacreBLEU's own tests expect.
const smoothed: [hypotheses: string[], references: string[], score: number][] = [
  [["abcdefg"], ["hijklmnop"], 0],
  [["a"], ["b"], 0],
  [[""], ["reference"], 0],
  [["aa"], ["ab"], 8.3333],
  [["a", "b"], ["a", "c"], 8.3333],
  [["a"], ["a"], 16.6667],
  [["a b c"], ["abc"], 50],
  [
    [
      " risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .",
    ],
    [
      "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .",
    ],
    63.36173,
  ],
  [
    [" Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. "],
    ["Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich."],
    64.1302698,
  ],
];

describe("chrf", () => {
  it.each(smoothed)("gives sacreBLEU's chrF3 with eps smoothing: %j against %j", (hypotheses, references, score) => {
    expect(chrf(hypotheses, [references], { beta: 3, epsSmoothing: true })).toBeCloseTo(score, 4);
  });

  it.each([
    [["a"], ["a"], 100],
    [[""], ["reference"], 0],
    [["a b c"], ["abc"], 100],
    [["a", "b"], ["a", "c"], 50],
    [["aa"], ["ab"], 25],
  ])("gives sacreBLEU's chrF3 over the orders that occur: %j against %j", (hypotheses, references, score) => {
    expect(chrf(hypotheses, [references], { beta: 3 })).toBeCloseTo(score, 4);
  });

  it("gives sacreBLEU's chrF3 with white space kept", () => {
    const hypothesis = "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.";
    const reference = "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.";
    expect(chrf([hypothesis], [[reference]], { beta: 3, whitespace: true })).toBeCloseTo(67.3481606, 4);
  });

  it("gives sacreBLEU's chrF2 for a sentence", () => {
    const hypothesis = "Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.";
    const reference = "A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.";
    expect(chrf([hypothesis], [[reference]], { epsSmoothing: true })).toBeCloseTo(31.22557079, 4);
  });

  it("counts code points, and the reference that suits best", () => {
    expect(chrf(["나는 학생이다"], [["너는 학생이다"], ["나는 학생이다"]])).toBe(100);
    expect(chrf(["😀😃"], [["😀😃"]], { epsSmoothing: true })).toBeCloseTo(100 / 3, 10); // two characters: orders 1, 2
    expect(chrf(["ABC"], [["abc"]])).toBe(0);
    expect(chrf(["ABC"], [["abc"]], { lowercase: true })).toBe(100);
  });

  it("does not hold n-grams against a hypothesis whose reference is too short to have any", () => {
    // "abc" has a trigram and "ab" has none, so only the trigram of "xyz" counts: P = (5/6 + 3/4 + 1/1) / 3, R = 1.
    const precision = (5 / 6 + 3 / 4 + 1) / 3;
    const score = chrf(["abc", "xyz"], [["ab", "xyz"]], { characterOrder: 3, beta: 1 });
    expect(score).toBeCloseTo((200 * precision) / (precision + 1), 10);
  });

  it("refuses impossible options", () => {
    expect(() => chrf(["a"], [["a"]], { characterOrder: 0 })).toThrow(/got 0 and 0/);
    expect(() => chrf(["a"], [["a"]], { beta: 0 })).toThrow(/greater than 0/);
    expect(() => chrf(["a", "b"], [["a"]])).toThrow(/has 1 lines and there are 2/);
  });
});
