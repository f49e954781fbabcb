import { HeedError } from "@heed/core";
import { expect, test } from "vitest";
import { defineTokenizer } from "./define-tokenizer.js";
import { findTokenizer, tokenizerFromJSON, trainTokenizer } from "./find-tokenizer.js";
import type { Tokenizer } from "./tokenizer.js";
import { tokenizerFormat } from "./tokenizer-json.js";
import { builtInTokenizers, wordTokenizer } from "./tokenizers/index.js";
import { Vocabulary } from "./vocabulary.js";
import { defineWordLevel, frequencyOptions } from "./word-level.js";

const sentence = "나는 Tom이다.";

test.each(builtInTokenizers)("the tokenizer $name is found by its name, and read from its JSON", async ({ name }) => {
  const tokenizer = await trainTokenizer(name, [sentence], { minFrequency: 1 });
  const same = await tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
  expect([findTokenizer(name).name, same.name]).toEqual([name, name]);
});

test("the file contains the options and the vocabulary", async () => {
  const json = JSON.parse(JSON.stringify(await trainTokenizer("word", ["你好"], { locale: "zh", minFrequency: 1 })));
  expect(json).toMatchObject({ ...tokenizerFormat, name: "word", options: { locale: "zh", minFrequency: 1 } });
  expect(Vocabulary.fromJSON(json.vocabulary).tokens.slice(4)).toEqual(["你好"]);
});

test("names and options are suggested", async () => {
  expect(() => findTokenizer("words")).toThrow('There is no tokenizer "words". Did you mean "word"?');
  expect(() => findTokenizer("toString")).toThrow(
    `There is no tokenizer "toString". Known: ${builtInTokenizers.map(({ name }) => name).join(", ")}.`,
  );
  await expect(trainTokenizer("word", [], { local: "ko" })).rejects.toThrow(
    'no option "local". Did you mean "locale"?',
  );
  await expect(trainTokenizer("word", [], { lowercase: true })).rejects.toThrow('no option "lowercase".');
});

const good = wordTokenizer.train(["a a"], {}).toJSON();

test.each([
  [null, "expected an object, got null"],
  [[], "expected an object, got an array"],
  ["word", "expected an object, got string"],
  [{}, '"format" must be "heed-tokenizer", got undefined'],
  [{ ...good, version: 2 }, '"version" must be 1, got 2'],
  [{ ...good, name: 3 }, '"name" must be text, got 3'],
  [{ ...good, vocabulary: undefined }, "Not a vocabulary: expected an object, got undefined"],
  [{ ...good, vocabulary: { ...(good.vocabulary as object), tokens: [1] } }, "token 0 must be a string, got 1"],
  [{ ...good, options: [] }, "must be keys and values, got []"],
  [{ ...good, options: { locale: 3 } }, "must be text, got 3"],
  [{ ...good, options: { locale: "xx" } }, 'no word rules for the locale "xx"'],
  [{ ...good, options: { lowercase: true } }, 'no option "lowercase"'],
])("%j is refused", async (json, message) => {
  await expect(tokenizerFromJSON(json)).rejects.toThrow(HeedError);
  await expect(tokenizerFromJSON(json)).rejects.toThrow(message);
});

test("a file of a tokenizer that is not known names it", async () => {
  await expect(tokenizerFromJSON({ ...good, name: "wrod" })).rejects.toThrow(
    'There is no tokenizer "wrod". Did you mean "word"?',
  );
});

test("a tokenizer of one's own is found, trained with checked options, and read again", async () => {
  const build = (vocabulary: Vocabulary, separator: string): Tokenizer => ({
    name: "cells",
    vocabulary,
    encode(text) {
      const tokens = text.split(separator);
      return { ids: vocabulary.encode(tokens), tokens, words: tokens.map((_, index) => index) };
    },
    decode: (ids) => vocabulary.decode(ids).join(separator),
    toJSON: () => ({ ...tokenizerFormat, name: "cells", separator, vocabulary: vocabulary.toJSON() }),
  });
  const cells = defineTokenizer<{ separator: string }>({
    name: "cells",
    summary: "cells between separators",
    options: { separator: { type: "string", default: ";", meaning: "What separates cells." } },
    maxLength: 10,
    train: (lines, { separator }) =>
      build(Vocabulary.build(Array.from(lines, (line) => line.split(separator))), separator),
    fromJSON: (json) => build(Vocabulary.fromJSON(json.vocabulary), String(json.separator)),
  });
  const tokenizer = await trainTokenizer("cells", ["a;b", "a;c"], {}, [cells]);
  const { ids, tokens } = tokenizer.encode("a;c;d");
  expect([ids, tokens]).toEqual([
    [4, 6, 3],
    ["a", "c", "d"],
  ]);
  const same = await tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)), [cells]);
  expect(same.decode(ids.slice(0, 2))).toBe("a;c");
  const bars = await trainTokenizer("cells", ["a|b"], { separator: "|" }, [cells]);
  expect(bars.encode("b|a").ids).toEqual([5, 4]);
  await expect(trainTokenizer("cells", [], { separator: 1 }, [cells])).rejects.toThrow(
    "separator of the tokenizer cells must be text",
  );
  await expect(trainTokenizer("cells", [])).rejects.toThrow('There is no tokenizer "cells".');
  expect(() => findTokenizer("word", [{ ...wordTokenizer, summary: "" }])).toThrow(
    'Two tokenizers have the name "word"',
  );
});

test("what a tokenizer's training returns is checked", async () => {
  const whole = wordTokenizer.train(["a a"], {});
  const mine = (tokenizer: unknown) =>
    defineTokenizer({
      ...{ name: "mine", summary: "a test", options: {}, maxLength: 10 },
      ...{ train: () => tokenizer as Tokenizer, fromJSON: () => tokenizer as Tokenizer },
    });
  expect(mine(whole).train([], {})).toBe(whole);
  expect(await mine(Promise.resolve(whole)).train([], {})).toBe(whole);
  await expect(mine(Promise.resolve({})).fromJSON(good)).rejects.toThrow("its vocabulary is missing");
  for (const [broken, missing] of [
    [undefined, "vocabulary"],
    [{ ...whole, vocabulary: ["a"] }, "vocabulary"],
    [{ ...whole, encode: undefined }, "encode"],
    [{ ...whole, toJSON: undefined }, "toJSON"],
  ] as const) {
    expect(() => mine(broken).train([], {})).toThrow(
      `train of the tokenizer "mine" must return a Tokenizer, but its ${missing} is missing.`,
    );
    expect(() => mine(broken).fromJSON(good)).toThrow(`fromJSON of the tokenizer "mine" must return a Tokenizer`);
  }
});

test("a tokenizer that is made of parts of the text names a missing function", () => {
  const definition = { name: "mine", summary: "a test", options: frequencyOptions(1), maxLength: 9 };
  const parts = { cutter: () => (text: string) => [text], join: (tokens: readonly string[]) => tokens.join("") };
  expect(
    defineWordLevel({ ...definition, ...parts })
      .train(["ab"], {})
      .encode("ab").ids,
  ).toEqual([4]);
  const { join: _, ...without } = parts;
  expect(() => defineWordLevel({ ...definition, ...without } as unknown as typeof definition & typeof parts)).toThrow(
    'join of the tokenizer "mine" must be a function, got undefined.',
  );
});
