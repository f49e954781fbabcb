import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnknownTokenError } from "./tokenizer-error.js";
import { Vocabulary } from "./vocabulary.js";

/** A vocabulary without `<unk>`, as the synthetic tasks have. */
const letters = () => Vocabulary.of("abcdefgh", { unknown: false });

const sentences = [
  ["나는", "학생", "이다"],
  ["나는", "간다"],
  ["너는", "간다"],
];

describe("Vocabulary.build", () => {
  it("puts special tokens first, then frequent tokens, then by code point", () => {
    const { tokens } = Vocabulary.build(sentences);
    expect(tokens).toEqual(["<pad>", "<sos>", "<eos>", "<unk>", "간다", "나는", "너는", "이다", "학생"]);
    expect(Vocabulary.build(sentences.toReversed()).tokens).toEqual(tokens);
  });

  it("orders by code point, not by UTF-16 unit", () => {
    expect(Vocabulary.build([["😀", "\uffee"]]).tokens.slice(4)).toEqual(["\uffee", "😀"]);
  });

  it("leaves out rare tokens, and keeps to a size that counts the special tokens", () => {
    expect(Vocabulary.build(sentences, { minFrequency: 2 }).tokens.slice(4)).toEqual(["간다", "나는"]);
    expect(Vocabulary.build(sentences, { maxSize: 5 }).tokens.slice(4)).toEqual(["간다"]);
    expect(Vocabulary.build(sentences, { maxSize: 5, unknown: false }).size).toBe(5);
    expect(() => Vocabulary.build(sentences, { maxSize: 4 })).toThrow(
      /at least 5, because it counts the special tokens, got 4/,
    );
    expect(() => Vocabulary.build(sentences, { minFrequency: 0 })).toThrow(/at least 1, got 0/);
  });

  it("does not count special tokens that stand in the text", () => {
    expect(Vocabulary.build([["<eos>", "<unk>", "a"]]).tokens.slice(3)).toEqual(["<unk>", "a"]);
  });
});

describe("encode and decode", () => {
  it("turns unknown tokens into <unk>, and special tokens of a text too", () => {
    const vocabulary = Vocabulary.build(sentences);
    expect(vocabulary.encode(["나는", "선생", "<eos>", "<unk>"])).toEqual([5, 3, 3, 3]);
    expect([vocabulary.padId, vocabulary.sosId, vocabulary.eosId, vocabulary.unkId]).toEqual([0, 1, 2, 3]);
  });

  it("names the token and its position where there is no <unk>", () => {
    const words = Vocabulary.of(["copy", "reverse"], { unknown: false });
    expect(() => words.encode(["copy", "revers"])).toThrow(/no "revers" \(token 2 of 2\).*Did you mean "reverse"\?/);
    expect(() => words.encode(["<eos>"])).toThrow(UnknownTokenError);
    let caught: unknown;
    try {
      letters().encode(["a", "z"]);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({
      token: "z",
      position: 1,
      message: expect.stringMatching(/It knows "a", "b", .*"h"\./),
    });
  });

  it("decodes up to <eos>, without special tokens unless asked for", () => {
    const vocabulary = letters();
    expect(vocabulary.decode(Int32Array.of(1, 3, 0, 4, 2, 5))).toEqual(["a", "b"]);
    expect(vocabulary.decode([1, 3, 2], { specials: true })).toEqual(["<sos>", "a", "<eos>"]);
    expect(() => vocabulary.decode([3, 11])).toThrow(/expected ids from 0 to 10, got 11 at position 1/);
    expect(() => vocabulary.decode([0.5])).toThrow(/got 0.5 at position 0/);
  });

  it("round-trips what it was built from, through JSON too", () => {
    const special = ["<pad>", "<sos>", "<eos>", "<unk>"];
    const token = fc.string({ minLength: 1, unit: "binary" }).filter((text) => !special.includes(text));
    fc.assert(
      fc.property(fc.array(fc.array(token), { minLength: 1 }), (text) => {
        const vocabulary = Vocabulary.fromJSON(JSON.parse(JSON.stringify(Vocabulary.build(text))));
        expect(vocabulary.tokens).toEqual(Vocabulary.build(text).tokens);
        for (const sentence of text) expect(vocabulary.decode(vocabulary.encode(sentence))).toEqual(sentence);
      }),
    );
  });
});

describe("Vocabulary.fromJSON", () => {
  const good = Vocabulary.of(["a"]).toJSON();
  const bad: [what: string, json: unknown, message: RegExp][] = [
    ["null", null, /expected an object, got null/],
    ["another format", { ...good, format: "x" }, /"format" must be "heed-vocabulary", got "x"/],
    ["a newer version", { ...good, version: 2 }, /"version" must be 1, got 2/],
    ["no tokens", { ...good, tokens: "abc" }, /array of strings, got string/],
    ["a number among the tokens", { ...good, tokens: [...good.tokens, 7] }, /token 5 must be a string, got 7/],
    ["an empty token", { ...good, tokens: [...good.tokens, ""] }, /token 5 is the empty string/],
    [
      "too many tokens",
      { ...good, tokens: new Array(1_000_001).fill("a") },
      /at most 1000000 tokens, got 1000001\. Set max/,
    ],
    ["a duplicate", { ...good, tokens: [...good.tokens, "a"] }, /"a" occurs twice, at 4 and 5/],
    [
      "a missing special token",
      { ...good, tokens: ["<pad>", "<eos>"] },
      /the token "<sos>" is missing; every vocabulary needs <pad>, <sos> and <eos>/,
    ],
  ];
  it.each(bad)("refuses %s", (_, json, message) => {
    expect(() => Vocabulary.fromJSON(json)).toThrow(message);
  });

  it("takes names of Object.prototype for ordinary tokens", () => {
    const vocabulary = Vocabulary.of(["__proto__", "constructor"]);
    expect(vocabulary.encode(["constructor", "__proto__", "toString"])).toEqual([5, 4, 3]);
  });
});

it("special tokens may have any id", () => {
  const json = { format: "heed-vocabulary", version: 1, tokens: ["a", "<eos>", "<unk>", "b", "<pad>", "<sos>"] };
  const vocabulary = Vocabulary.fromJSON(json);
  expect([vocabulary.padId, vocabulary.sosId, vocabulary.eosId, vocabulary.unkId]).toEqual([4, 5, 1, 2]);
  expect(vocabulary.encode(["b", "a", "c", "<eos>"])).toEqual([3, 0, 2, 2]);
  expect(vocabulary.decode([5, 0, 2, 3, 4, 1, 0])).toEqual(["a", "<unk>", "b"]);
  expect([0, 1, 2, 3, 4, 5].map((id) => vocabulary.isSpecial(id))).toEqual([false, true, true, false, true, true]);
  expect(vocabulary.toJSON()).toEqual(json);
});

it("refuses a file with a value that is nested too deep for JSON", () => {
  const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  const json = Vocabulary.of(["a"]).toJSON();
  expect(() => Vocabulary.fromJSON({ ...json, version: deep })).toThrow('"version" must be 1, got a list.');
  expect(() => Vocabulary.fromJSON({ ...json, tokens: [deep] })).toThrow("token 0 must be a string, got a list.");
});
