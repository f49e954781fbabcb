import type { Random } from "@heed/core";
import {
  defineTokenizer,
  type EncodeOptions,
  type Encoding,
  type Tokenizer,
  type TokenizerExtension,
  type TokenizerJSON,
  tokenizerFormat,
  Vocabulary,
} from "../src/index.js";

interface Options {
  readonly minFrequency: number;
}

/** The parts of a tokenizer of code points, in which faults are planted. */
export interface Parts {
  cut(text: string): string[];
  train(lines: Iterable<string>, cut: (text: string) => string[], options: Options): Vocabulary;
  words(tokens: readonly string[]): number[];
  encode(plain: (text: string) => Encoding, text: string, options: EncodeOptions, vocabulary: Vocabulary): Encoding;
  decode(ids: ArrayLike<number>, vocabulary: Vocabulary): string;
  json(json: TokenizerJSON): TokenizerJSON;
  read(json: TokenizerJSON): Vocabulary;
}

export const isSpace = (token: string): boolean => /^\s/u.test(token);

export const healthy: Parts = {
  cut: (text) => Array.from(text.normalize("NFC")),
  train: (lines, cut, { minFrequency }) => Vocabulary.build(Array.from(lines, cut), { minFrequency }),
  words(tokens) {
    let word = 0;
    return tokens.map((token, i) => (i > 0 && isSpace(tokens[i - 1]!) && !isSpace(token) ? ++word : word));
  },
  encode: (plain, text) => plain(text),
  decode: (ids, vocabulary) =>
    vocabulary
      .decode(ids)
      .filter((token) => token !== "<unk>")
      .join(""),
  json: (json) => json,
  read: (json) => Vocabulary.fromJSON(json.vocabulary),
};

/** A tokenizer with changed parts. */
export function define(change: Partial<Parts>, spec: Partial<TokenizerExtension> = {}): TokenizerExtension {
  const parts: Parts = { ...healthy, ...change };
  const build = (vocabulary: Vocabulary): Tokenizer => {
    const plain = (text: string): Encoding => {
      const tokens = parts.cut(text);
      return { ids: vocabulary.encode(tokens), tokens, words: parts.words(tokens) };
    };
    return {
      name: "planted",
      vocabulary,
      encode: (text, options = {}) => parts.encode(plain, text, options, vocabulary),
      decode: (ids) => parts.decode(ids, vocabulary),
      toJSON: () => parts.json({ ...tokenizerFormat, name: "planted", vocabulary: vocabulary.toJSON() }),
    };
  };
  return {
    ...defineTokenizer<Options>({
      name: "planted",
      summary: "a test",
      options: { minFrequency: { type: "integer", minimum: 1, default: 1, meaning: "Least count of a token." } },
      maxLength: 100,
      train: (lines, options) => build(parts.train(lines, parts.cut, options)),
      fromJSON: (json) => build(parts.read(json)),
    }),
    ...spec,
  };
}

/** Changes the result of encoding. */
export const encoded = (
  change: (encoding: Encoding, text: string, vocabulary: Vocabulary) => Encoding,
): TokenizerExtension => define({ encode: (plain, text, _, vocabulary) => change(plain(text), text, vocabulary) });

/** The ids of a text as single code points, and sometimes as `<unk>` when a generator is given. */
export const sampled = (drawn: (random: Random) => number): TokenizerExtension =>
  define({
    encode(plain, text, { random }, { unkId }) {
      const encoding = plain(text);
      return random ? { ...encoding, ids: encoding.ids.map((id) => (drawn(random) < 0.3 ? unkId! : id)) } : encoding;
    },
  });
