import { bpeTokenizer, characterTokenizer, type Tokenizer, wordTokenizer } from "@heed/tokenizers";
import { describe, expect, test } from "vitest";
import { WordAligner } from "./word-aligner.js";

const source = "der Hund bellt.";
const target = "don't bark, dog";
const lines = [source, target];
const words = await wordTokenizer.train(lines, { locale: "en", minFrequency: 1 });
const characters = await characterTokenizer.train(lines, {});
const subwords = await bpeTokenizer.train(["der Hund", "don't bark dog"], { vocabularySize: 290 });

/** Returns the linked tokens as text. */
function linked(tokenizer: Tokenizer, wordAlignment: readonly (readonly [number, number])[]): string[] | undefined {
  const [a, b] = [tokenizer.encode(source), tokenizer.encode(target)];
  const align = new WordAligner({ source: tokenizer, target: tokenizer }).of(
    { source, target, line: 1, wordAlignment },
    "training data, line 1",
  );
  return align!(a, b)?.map(([from, to]) => `${a.tokens[from]}~${b.tokens[to]}`);
}

describe("the tokens of linked words are linked", () => {
  test("words that are cut at punctuation", () => {
    expect(linked(words, [[2, 1]])).toEqual(["bellt~bark", "bellt~,", ".~bark", ".~,"]);
    expect(linked(words, [[1, 2]])).toEqual(["Hund~dog"]);
    expect(linked(words, [])).toEqual([]);
  });

  test("characters, with the space that follows a word", () => {
    const links = linked(characters, [[0, 2]])!;
    expect(links).toHaveLength(4 * 3);
    expect(links.slice(0, 3)).toEqual(["d~d", "d~o", "d~g"]);
    expect(links.at(-1)).toBe(" ~g");
  });

  test("subwords and bytes", () => {
    const { tokens, words } = subwords.encode(target);
    expect(tokens.length).toBeGreaterThan(words.at(-1)! + 1);
    const links = linked(subwords, [[1, 0]])!;
    const size = subwords.encode("Hund").tokens.length;
    expect(links).toHaveLength(size * subwords.encode("don't").tokens.length);
    expect(links.slice(0, links.length / size).map((link) => link.split("~")[1])).toEqual(
      subwords.encode("don't").tokens,
    );
  });
});

test("a pair without an alignment needs no function", () => {
  const aligner = new WordAligner({ source: words, target: words });
  expect(aligner.of({ source, target, line: 1 }, "line 1")).toBeUndefined();
});

test("a tokenizer that joins words cannot be followed", () => {
  const joining: Tokenizer = {
    ...words,
    encode: (text) => ({ ids: [4], tokens: [text], words: [0] }),
  };
  expect(linked(joining, [[0, 0]])).toBeUndefined();
});

test("a link to a word that does not exist is refused", () => {
  expect(() => linked(words, [[3, 0]])).toThrow(
    "training data, line 1: the alignment links source word 3 with target word 0, but there are 3 source words and 3 target words, counted from 0",
  );
  expect(() => linked(words, [[0, -1]])).toThrow("links source word 0 with target word -1");
  expect(() => linked(words, [[0.5, 1]])).toThrow("links source word 0.5 with target word 1");
});
