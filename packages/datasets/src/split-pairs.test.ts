import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Random } from "@heed/core";
import { trainTokenizer } from "@heed/tokenizers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodePairs } from "./encode-pairs.js";
import { readFile } from "./node.js";
import { readPairs } from "./read/read-pairs.js";
import { type Split, splitPairs } from "./split-pairs.js";

type Pair = { source: string; target: string };

/** Asserts that no non-empty sentence stands in two parts. */
function expectApart({ train, validation, test }: Split<Pair>): void {
  for (const side of ["source", "target"] as const) {
    const home = new Map<string, number>();
    for (const [part, pairs] of [train, validation, test].entries()) {
      for (const pair of pairs) {
        const key = pair[side].normalize("NFC").trim();
        if (key === "") continue;
        expect(home.get(key) ?? part).toBe(part);
        home.set(key, part);
      }
    }
  }
}

/** Pairs without repetition. */
const distinct = (count: number): Pair[] =>
  Array.from({ length: count }, (_, i) => ({ source: `문장 ${i}`, target: `sentence ${i}` }));

describe("splitPairs", () => {
  it("keeps every pair once, in order, and no sentence in two parts", () => {
    const side = fc.integer({ min: 0, max: 25 }).map((i) => (i === 0 ? " " : `${i}`));
    const pairs = fc.array(fc.record({ source: side, target: side }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(pairs, fc.integer(), (list, seed) => {
        const all = [...list, ...distinct(20)];
        const split = splitPairs(all, { validation: 6, test: 0.1, random: new Random(seed) });
        expectApart(split);
        const parts = [split.train, split.validation, split.test];
        const places = parts.map((part) => part.map((pair) => all.indexOf(pair)));
        expect(parts.flat()).toHaveLength(all.length);
        expect(new Set(parts.flat()).size).toBe(all.length);
        for (const part of places) expect(part).toEqual(part.toSorted((a, b) => a - b));
        expect(split.validation.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it("gives the sizes asked for where nothing repeats, as a count or a share", () => {
    const split = splitPairs(distinct(200), { validation: 20, test: 0.25, random: new Random(1) });
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([130, 20, 50]);
    expect(split.report).toEqual({
      groups: 200,
      largestGroup: 1,
      validation: { wanted: 20, got: 20 },
      test: { wanted: 50, got: 50 },
    });
  });

  it("is repeatable, and another with another seed", () => {
    const validation = (seed: number) =>
      splitPairs(distinct(100), { validation: 10, random: new Random(seed) }).validation;
    expect(validation(1)).toEqual(validation(1));
    expect(validation(1)).not.toEqual(validation(2));
  });

  it("follows chains, and takes equal sentences in other Unicode form or with other space for the same", () => {
    const chain: Pair[] = [
      { source: "가", target: "a" },
      { source: "가".normalize("NFD"), target: "b" },
      { source: "나", target: "b " },
      { source: "", target: "c" },
      { source: " ", target: "d" },
    ];
    expect(splitPairs(chain, { validation: 1, random: new Random(1) }).report).toMatchObject({
      groups: 3,
      largestGroup: 3,
    });
  });

  it("sends a giant group to training, however the dice fall", () => {
    const giant = Array.from({ length: 30 }, (_, i) => ({ source: "네", target: `yes ${i}` }));
    for (let seed = 0; seed < 20; seed++) {
      const split = splitPairs([...giant, ...distinct(100)], { validation: 40, test: 40, random: new Random(seed) });
      expect([split.validation.length, split.test.length]).toEqual([40, 40]);
      expect(split.train).toEqual(expect.arrayContaining(giant));
    }
  });

  it("falls back on small groups where no group is small for the part, and says so where none fits", () => {
    const twins = Array.from({ length: 20 }, (_, i) => ({ source: `${i >> 1}`, target: `${i}t` }));
    expect(splitPairs(twins, { validation: 5, random: new Random(1) }).report.validation).toEqual({
      wanted: 5,
      got: 4,
    });
    expect(() => splitPairs(twins, { validation: 1, random: new Random(1) })).toThrow(
      /no pairs are left for the validation set\. .* got 10 groups, the largest of 2 of 20 pairs/,
    );
  });

  it("splits sequences of tokens too, by tokens and not by their text", () => {
    const pairs = [
      { source: ["a b"], target: ["1"] },
      { source: ["a", "b"], target: ["2"] },
    ];
    expect(splitPairs(pairs, { validation: 1, random: new Random(1) }).report.groups).toBe(2);
  });

  it("refuses impossible sizes", () => {
    const random = new Random(1);
    expect(() => splitPairs(distinct(5), { validation: 1.5, random })).toThrow(
      /whole number of pairs or a share.*got 1.5/,
    );
    expect(() => splitPairs(distinct(5), { validation: -1, random })).toThrow(/got -1/);
    expect(() => splitPairs(distinct(5), { validation: 3, test: 2, random })).toThrow(
      /3 to validate on, 2 to test on\), got 5/,
    );
  });
});

const folder = fileURLToPath(new URL("../../../../shared/data/tatoeba_ko_en/", import.meta.url));
const files = { source: `${folder}ko-en.ko`, target: `${folder}ko-en.en` };
const present = existsSync(folder);
if (!present) console.warn("SKIPPED: splitting real Korean-English text: the test data are not here.");

describe.skipIf(!present)("Tatoeba Korean-English (needs the test data)", () => {
  it("is read alike from two files and from its TSV", async () => {
    const two = await readPairs(files, readFile);
    expect(two.report).toMatchObject({ lines: 11_443, empty: [] });
    const tsv = await readPairs(
      { tsv: `${folder}kor-eng.2026-05-13.raw.tsv`, sourceColumn: 2, targetColumn: 4 },
      readFile,
    );
    expect(tsv.report.skipped.count).toBe(0);
    expect(tsv.pairs.map(({ source, target }) => [source.trim(), target.trim()])).toEqual(
      two.pairs.map(({ source, target }) => [source.trim(), target.trim()]),
    );
  });

  it("splits into the sizes asked for, with no sentence in two parts", async () => {
    const { pairs } = await readPairs(files, readFile);
    const split = splitPairs(pairs, { validation: 500, test: 0.1, random: new Random(1) });
    expectApart(split);
    expect([split.validation.length, split.test.length]).toEqual([500, 1144]);
    expect(split.report.largestGroup).toBeGreaterThan(10);
    expect(split.train.length + split.validation.length + split.test.length).toBe(pairs.length);
  });

  it("is cut into words that make the sentence again nearly always", async () => {
    const { pairs } = await readPairs(files, readFile);
    const train = (side: "source" | "target", locale: string) =>
      trainTokenizer(
        "word",
        pairs.map((pair) => pair[side]),
        { locale, minFrequency: 1 },
      );
    const tokenizers = { source: await train("source", "ko"), target: await train("target", "en") };
    const encoded = encodePairs(pairs, tokenizers);
    for (const [side, share] of [
      ["source", 0.99],
      ["target", 0.998],
    ] as const) {
      const { encode, decode, vocabulary } = tokenizers[side];
      let same = 0;
      for (const [i, pair] of encoded.entries()) {
        const text = decode(pair[side]);
        expect(pair[side]).not.toContain(vocabulary.unkId);
        expect(encode(text).ids).toEqual(pair[side]);
        if (text === pairs[i]![side].normalize("NFC")) same++;
      }
      expect(same / pairs.length).toBeGreaterThan(share);
    }
  });
});
