import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { characterTokenizer } from "./character-tokenizer.js";
import { tokenizer, tokenizerFromConfig } from "./tokenizer.js";
import { whitespaceTokenizer } from "./whitespace-tokenizer.js";
import { wordTokenizer } from "./word-tokenizer.js";

const text = fc.string({ unit: "binary" });

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
    const words = wordTokenizer({ locale });
    expect(words.tokenize(sentence)).toEqual(tokens);
    expect(words.detokenize(tokens)).toBe(sentence);
  });

  it("brings text to NFC, so that composed and decomposed Hangul are the same", () => {
    expect(wordTokenizer().tokenize("한국어".normalize("NFD"))).toEqual(["한국어"]);
  });

  it("lower-cases by the rules of the locale", () => {
    expect(wordTokenizer({ lowercase: true }).tokenize("Tom IS")).toEqual(["tom", "is"]);
    expect(wordTokenizer({ locale: "tr", lowercase: true }).tokenize("IŞIK")).toEqual(["ışık"]);
  });

  it("drops white space and invisible characters, and loses nothing else", () => {
    const words = wordTokenizer();
    expect(words.tokenize(" \t\u00a0\u0085\u200b\ufeff ")).toEqual([]);
    const bare = (value: string) => value.replace(/[\s\p{Cc}\p{Cf}]/gu, "");
    fc.assert(
      fc.property(text, (value) => {
        const tokens = words.tokenize(value);
        expect(bare(tokens.join(""))).toBe(bare(value.normalize("NFC")));
        expect(tokens).not.toContain("");
      }),
    );
  });

  it("refuses a locale without rules rather than taking the machine's", () => {
    expect(() => wordTokenizer({ locale: "xx" })).toThrow(/no word rules for the locale "xx"/);
    expect(() => wordTokenizer({ locale: "k" })).toThrow(/"k" is malformed\. Give a BCP 47/);
  });
});

describe("characterTokenizer", () => {
  it("cuts at grapheme clusters", () => {
    const tokens = ["안", "녕", " ", "👋🏽", "👨‍👩‍👧", "é"];
    expect(characterTokenizer().tokenize("안녕 👋🏽👨‍👩‍👧e\u0301")).toEqual(tokens);
    expect(characterTokenizer({ lowercase: true }).tokenize("Ab")).toEqual(["a", "b"]);
  });

  it("gives every text back, in NFC", () => {
    const characters = characterTokenizer();
    fc.assert(
      fc.property(text, (value) => {
        expect(characters.detokenize(characters.tokenize(value))).toBe(value.normalize("NFC"));
      }),
    );
  });
});

describe("whitespaceTokenizer", () => {
  it("cuts at white space, and joins with single spaces", () => {
    const spaces = whitespaceTokenizer();
    expect(spaces.tokenize("  two young ,\twhite males ")).toEqual(["two", "young", ",", "white", "males"]);
    expect(spaces.detokenize(["나는", "간다."])).toBe("나는 간다.");
    fc.assert(
      fc.property(text, (value) => {
        const tokens = spaces.tokenize(value);
        expect(spaces.tokenize(spaces.detokenize(tokens))).toEqual(tokens);
      }),
    );
  });
});

describe("tokenizer", () => {
  it("finds tokenizers by name, and again from their configuration as JSON", () => {
    const sentence = "나는 Tom이다.";
    for (const [name, options] of [
      ["word", { locale: "ko", lowercase: true }],
      ["character", { lowercase: true }],
      ["whitespace", {}],
    ] as const) {
      const made = tokenizer(name, options);
      const again = tokenizerFromConfig(JSON.parse(JSON.stringify(made.config)));
      expect(again.config).toEqual({
        name,
        ...(name === "word" ? { locale: "ko" } : {}),
        lowercase: name !== "whitespace",
      });
      expect(again.tokenize(sentence)).toEqual(made.tokenize(sentence));
    }
  });

  it("suggests names and options, and checks types", () => {
    expect(() => tokenizer("words")).toThrow(/no tokenizer "words"\. Did you mean "word"\? Known: "word", "character"/);
    expect(() => tokenizer("char")).toThrow(/Did you mean "character"/);
    expect(() => tokenizer("toString")).toThrow(/no tokenizer "toString"\. Known/);
    expect(() => tokenizer("word", { local: "ko" })).toThrow(/no option "local"\. Did you mean "locale"/);
    expect(() => tokenizer("word", { lowercase: "yes" })).toThrow(/"lowercase" .* must be a boolean; got "yes"/);
    expect(() => tokenizerFromConfig(null)).toThrow(/object with a "name"; got null/);
    expect(() => tokenizerFromConfig({ name: 3 })).toThrow(/object with a "name"/);
  });
});
