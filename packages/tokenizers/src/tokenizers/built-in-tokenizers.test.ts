import type { OptionValues } from "@heed/core";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { TokenizerExtension } from "../define-tokenizer.js";
import { tokenizerChecks } from "../testing/index.js";
import { Vocabulary } from "../vocabulary.js";
import { bpeTokenizer } from "./bpe-tokenizer.js";
import { characterTokenizer } from "./character-tokenizer.js";
import { builtInTokenizers } from "./index.js";
import { unigramTokenizer } from "./unigram-tokenizer.js";
import { whitespaceTokenizer } from "./whitespace-tokenizer.js";
import { wordTokenizer } from "./word-tokenizer.js";

const text = fc.string({ unit: "binary" });

/** Trains on one text and returns its tokens, and the text that its ids give. */
function roundTrip(kind: typeof wordTokenizer, value: string, options = {}): { tokens: string[]; text: string } {
  const tokenizer = kind.train([value], { minFrequency: 1, ...options });
  const { ids, tokens } = tokenizer.encode(value);
  return { tokens, text: tokenizer.decode(ids) };
}

describe("wordTokenizer", () => {
  const common: [locale: string, text: string, tokens: string[]][] = [
    ["ko", "오늘은 6월 18일입니다!", ["오늘은", "6", "월", "18", "일입니다", "!"]],
    ["ko", "Tom이 SNS (인터넷)의 2:30~", ["Tom", "이", "SNS", "(", "인터넷", ")", "의", "2", ":", "30", "~"]],
    ["ko", "“뭐해?” 그가 물었다.", ["“", "뭐해", "?", "”", "그가", "물었다", "."]],
    ["en", "I don't know, Tom.", ["I", "don't", "know", ",", "Tom", "."]],
    ["en", 'He said "no" (twice): 3.14%', ["He", "said", '"', "no", '"', "(", "twice", ")", ":", "3.14", "%"]],
    ["en", "twenty-five for $5...", ["twenty", "-", "five", "for", "$", "5", ".", ".", "."]],
    ["de", "Grüße aus Köln!", ["Grüße", "aus", "Köln", "!"]],
    ["ja", "今日は天気がいい。", ["今日", "は", "天気", "が", "いい", "。"]],
  ];
  it.each(common)("%s: %s", (locale, sentence, tokens) => {
    expect(roundTrip(wordTokenizer, sentence, { locale })).toEqual({ tokens, text: sentence });
  });

  it("numbers each token as a word", () => {
    expect(wordTokenizer.train([], {}).encode("나는 간다.").words).toEqual([0, 1, 2]);
  });

  it("brings text to NFC, so that composed and decomposed Hangul are the same", () => {
    const tokenizer = wordTokenizer.train(["한국어".normalize("NFD")], { minFrequency: 1 });
    expect(tokenizer.vocabulary.tokens.slice(4)).toEqual(["한국어"]);
    expect(tokenizer.encode("한국어".normalize("NFD"))).toEqual({ ids: [4], tokens: ["한국어"], words: [0] });
  });

  it("keeps the case of letters", () => {
    expect(roundTrip(wordTokenizer, "Tom IS")).toEqual({ tokens: ["Tom", "IS"], text: "Tom IS" });
  });

  it("drops white space and invisible characters, and loses nothing else", () => {
    const words = wordTokenizer.train([], {});
    expect(words.encode(" \t\u00a0\u0085\u200b\ufeff ").tokens).toEqual([]);
    const bare = (value: string) => value.replace(/[\s\p{Cc}\p{Cf}]/gu, "");
    fc.assert(
      fc.property(text, (value) => {
        const { tokens } = words.encode(value);
        expect(bare(tokens.join(""))).toBe(bare(value.normalize("NFC")));
        expect(tokens).not.toContain("");
      }),
    );
  });

  it("refuses a locale without rules rather than taking the machine's", () => {
    expect(() => wordTokenizer.train([], { locale: "xx" })).toThrow(/no word rules for the locale "xx"/);
    expect(() => wordTokenizer.train([], { locale: "k" })).toThrow(/"k" is malformed\. Give a BCP 47/);
  });
});

describe("characterTokenizer", () => {
  it("cuts at grapheme clusters", () => {
    const { tokens } = roundTrip(characterTokenizer, "안녕 👋🏽👨‍👩‍👧e\u0301");
    expect(tokens).toEqual(["안", "녕", " ", "👋🏽", "👨‍👩‍👧", "é"]);
  });

  it.each([
    ["ab c", [0, 0, 0, 1]],
    [" ab  c ", [0, 0, 0, 0, 0, 1, 1]],
    ["  ", [0, 0]],
    ["", []],
  ])("numbers the words of %j", (value, words) => {
    expect(characterTokenizer.train([], {}).encode(value).words).toEqual(words);
  });

  it("gives every text back, in NFC", () => {
    fc.assert(
      fc.property(text, (value) => {
        const known = !/<(pad|sos|eos|unk)>/.test(value);
        if (known) expect(roundTrip(characterTokenizer, value).text).toBe(value.normalize("NFC"));
      }),
    );
  });
});

describe("whitespaceTokenizer", () => {
  it("cuts at white space, and joins with single spaces", () => {
    const tokens = ["two", "young", ",", "white", "males"];
    const joined = "two young , white males";
    expect(roundTrip(whitespaceTokenizer, "  two young ,\twhite males ")).toEqual({ tokens, text: joined });
    expect(whitespaceTokenizer.train([], {}).encode("나는  간다.").words).toEqual([0, 1]);
    fc.assert(
      fc.property(text, (value) => {
        const { tokens, text } = roundTrip(whitespaceTokenizer, value);
        expect(roundTrip(whitespaceTokenizer, text).tokens).toEqual(tokens);
      }),
    );
  });
});

const subwordTokenizers: readonly TokenizerExtension[] = [bpeTokenizer, unigramTokenizer];

/** What decoding restores, where it is not the text with single spaces. */
const restored: Readonly<Record<string, (text: string) => string>> = {
  bpe: (text) => text.normalize("NFC"),
  character: (text) => text.normalize("NFC"),
  unigram: (text) => text.normalize("NFC"),
  word: (text) => text.normalize("NFC").replace(/[\s\p{Cf}]/gu, ""),
};

describe.each(builtInTokenizers)("$name", (definition) => {
  const { [definition.name]: own } = restored;
  const subwords = subwordTokenizers.includes(definition);
  test.each(tokenizerChecks(definition, undefined, { ...(own ? { restored: own } : {}), subwords }))(
    "$name",
    ({ run }) => run(),
  );
});

describe.each(subwordTokenizers)("$name", (definition) => {
  const given = { restored: (text: string) => text.normalize("NFC"), subwords: true };
  const variants = [{ hangul: "jamo" }, { byteFallback: false, coverage: 1 }].flatMap((options) =>
    tokenizerChecks(definition, undefined, { ...given, options }),
  );
  test.each(variants)("$name", ({ run }) => run());
});

describe.each([wordTokenizer, whitespaceTokenizer, characterTokenizer])("$name", (kind) => {
  it("counts the tokens of all lines, and keeps to its options", () => {
    const lines = ["b b a", "b a", "c"];
    const tokens = (options: OptionValues) =>
      kind.train(lines, options).vocabulary.tokens.filter((token) => token !== " ");
    const specials = ["<pad>", "<sos>", "<eos>", "<unk>"];
    expect(tokens({ minFrequency: 1 })).toEqual([...specials, "b", "a", "c"]);
    expect(tokens({ minFrequency: 2 })).toEqual([...specials, "b", "a"]);
    expect(kind.train(lines, { minFrequency: 1, maxVocabulary: 6 }).vocabulary.size).toBe(6);
    expect(tokens({})).toEqual(tokens({ minFrequency: kind === characterTokenizer ? 1 : 2 }));
    expect(() => kind.train(lines, { maxVocabulary: 4 })).toThrow("maxVocabulary of the tokenizer");
  });

  it("keeps unknown tokens in `tokens`", () => {
    const { encode, decode, vocabulary } = kind.of(Vocabulary.of(["a", " "]));
    expect(encode("z")).toEqual({ ids: [vocabulary.unkId], tokens: ["z"], words: [0] });
    expect(() => decode([17])).toThrow("got 17 at position 0");
  });
});
