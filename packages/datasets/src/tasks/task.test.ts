import { Random } from "@heed/core";
import { describe, expect, it } from "vitest";
import { encodePairs } from "../encode-pairs.js";
import { symbolNames, taskTokenizer } from "./symbol-names.js";
import { task, taskNames } from "./task.js";

const rules: Record<string, (source: string[]) => string[]> = {
  copy: (source) => source,
  reverse: (source) => source.toReversed(),
  sort: (source) => source.toSorted(),
};

describe.each(taskNames)("the %s task", (name) => {
  it("makes the targets of its rule, from all symbols and lengths", () => {
    const pairs = task(name, { count: 500, random: new Random(7) });
    const rule = rules[name] as (source: string[]) => string[];
    for (const { source, target } of pairs) expect(target).toEqual(rule(source));
    expect(new Set(pairs.map(({ source }) => source.length))).toEqual(new Set([3, 4, 5, 6, 7]));
    expect([...new Set(pairs.flatMap(({ source }) => source))].sort()).toEqual([..."abcdefgh"]);
    const tokenizers = { source: taskTokenizer(), target: taskTokenizer() };
    const texts = pairs.map(({ source, target }) => ({ source: source.join(" "), target: target.join(" ") }));
    const { vocabulary } = tokenizers.source;
    const ids = pairs.map(({ source, target }) => ({
      source: vocabulary.encode(source),
      target: vocabulary.encode(target),
    }));
    expect(encodePairs(texts, tokenizers)).toEqual(ids);
  });

  it("gives the same pairs for the same seed, and others for another", () => {
    const make = (seed: number) => task(name, { count: 5, random: new Random(seed) });
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
  });

  it("refuses impossible options", () => {
    const random = new Random(1);
    expect(() => task(name, { count: 1, random, minLength: 5, maxLength: 4 })).toThrow(/minLength 5 and maxLength 4/);
    expect(() => task(name, { count: 1, random, minLength: 0 })).toThrow(/at least 1; got minLength 0/);
    expect(() => task(name, { count: 1, random, maxLength: 7.5 })).toThrow(/maxLength 7.5/);
    expect(() => task(name, { count: -1, random })).toThrow(/whole count of at least 0; got -1/);
    expect(() => task(name, { count: 1, random, symbols: 0 })).toThrow(/whole number of symbols, at least 1; got 0/);
  });
});

describe("task", () => {
  it("sorts by rank where names have several letters", () => {
    const [pair] = task("sort", { count: 1, random: new Random(1), symbols: 60, minLength: 200, maxLength: 200 });
    const names = symbolNames(60);
    const ranks = pair?.target.map((token) => names.indexOf(token)) ?? [];
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(pair?.target).toContain("z");
    expect(pair?.target.at(-1)).toMatch(/^b.$/);
  });

  it("suggests a name", () => {
    const options = { count: 1, random: new Random(1) };
    expect(() => task("cpy", options)).toThrow(
      /no task "cpy"\. Did you mean "copy"\? Known: "copy", "reverse", "sort"/,
    );
    expect(() => task("constructor", options)).toThrow(/no task "constructor"/);
  });
});

describe("symbolNames", () => {
  it("counts as a spreadsheet does", () => {
    const names = symbolNames(703);
    expect([names[0], names[25], names[26], names[51], names[52], names[702]]).toEqual([
      "a",
      "z",
      "aa",
      "az",
      "ba",
      "aaa",
    ]);
    expect(new Set(names).size).toBe(703);
  });
});

describe("taskTokenizer", () => {
  it("has the 11 tokens of the copy lesson, and names a symbol that is not one of them", () => {
    const { vocabulary, encode, decode } = taskTokenizer(8);
    expect(vocabulary.tokens).toEqual(["<pad>", "<sos>", "<eos>", "a", "b", "c", "d", "e", "f", "g", "h"]);
    expect([vocabulary.size, vocabulary.unkId]).toEqual([11, undefined]);
    expect(decode(encode(" h  a").ids)).toBe("h a");
    expect(() => encode("a i")).toThrow(/no "i" \(token 2 of 2\)/);
  });
});
