import { numberToHangul } from "es-hangul";
import { describe, expect, it } from "vitest";
import { numeralWords, wordsOfLanguage } from "./numerals.js";

const all = Array.from({ length: 10_000 }, (_, number) => number);
const wordsOf = (number: number, language: "korean" | "english"): string[] =>
  numeralWords(String(number), language).map(({ word }) => word);

/** Adds up English words. */
function sumOf(words: readonly string[]): number {
  const values = new Map([
    ..."zero one two three four five six seven eight nine ten eleven twelve"
      .split(" ")
      .map((word, i) => [word, i] as const),
    ..."thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
      .split(" ")
      .map((word, i) => [word, 13 + i] as const),
    ..."twenty thirty forty fifty sixty seventy eighty ninety"
      .split(" ")
      .map((word, i) => [word, 20 + 10 * i] as const),
  ]);
  let [total, group] = [0, 0];
  for (const word of words) {
    if (word === "thousand") [total, group] = [total + 1000 * group, 0];
    else group = word === "hundred" ? group * 100 : group + values.get(word)!;
  }
  return total + group;
}

describe("numeralWords", () => {
  it("writes Korean as es-hangul does", () => {
    for (const number of all) expect(wordsOf(number, "korean").join("")).toBe(numberToHangul(number));
  });

  it("writes English that adds up to the number, each in one way", () => {
    for (const number of all) expect(sumOf(wordsOf(number, "english"))).toBe(number);
    expect(new Set(all.map((number) => wordsOf(number, "english").join(" "))).size).toBe(10_000);
    expect([0, 10, 15, 40, 101, 1_019, 2_342].map((number) => wordsOf(number, "english").join(" "))).toEqual([
      "zero",
      "ten",
      "fifteen",
      "forty",
      "one hundred one",
      "one thousand nineteen",
      "two thousand three hundred forty two",
    ]);
  });

  it("names the digits that a word stands for", () => {
    expect(numeralWords("4215", "english").map(({ word, digits }) => [word, ...digits])).toEqual([
      ["four", 0],
      ["thousand", 0],
      ["two", 1],
      ["hundred", 1],
      ["fifteen", 2, 3],
    ]);
    expect(numeralWords("1203", "korean").map(({ word, digits }) => [word, ...digits])).toEqual([
      ["천", 0],
      ["이", 1],
      ["백", 1],
      ["삼", 3],
    ]);
  });

  it.each(["korean", "english"] as const)("uses exactly the words that are listed, in %s", (language) => {
    for (const digits of [1, 2, 3, 4]) {
      const used = new Set(all.slice(0, 10 ** digits).flatMap((number) => wordsOf(number, language)));
      expect([...used].sort()).toEqual(wordsOfLanguage(language, digits).sort());
    }
  });
});
