import {
  checkOptions,
  defineExtension,
  type Extension,
  type Named,
  type OptionSpecs,
  type OptionValues,
} from "@heed/core";
import type { Tokenizer } from "./tokenizer.js";
import { TokenizerError } from "./tokenizer-error.js";
import type { TokenizerJSON } from "./tokenizer-json.js";

/** Returns the bytes of a file. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** What training may use besides lines and options. */
export interface TokenizerContext {
  /** Reads a file that an option names. */
  readonly readFile?: ReadFile | undefined;
}

/** A kind of tokenizer: how it is trained, and how it is read from its file. */
export interface TokenizerDefinition<O = OptionValues> extends Named {
  /** One line for lists and docs. */
  readonly summary: string;
  /** The options of {@link train}. */
  readonly options: OptionSpecs<O>;
  /** The number of tokens, without `<eos>`, above which a sentence is left out of the training data by default. */
  readonly maxLength: number;
  /**
   * Trains a tokenizer. It may return a promise, for example of code that it loads.
   * @param lines - sentences of the training data
   */
  train(lines: Iterable<string>, options: O, context?: TokenizerContext): Tokenizer | Promise<Tokenizer>;
  /**
   * Builds the tokenizer that its `toJSON` described.
   * @param json - format, version and name are checked; everything else may have any value
   * @throws TokenizerError when a property is wrong
   */
  fromJSON(json: TokenizerJSON): Tokenizer | Promise<Tokenizer>;
}

/** A tokenizer that can be found by name. Its `train` checks the options, and adds the defaults. */
export type TokenizerExtension = TokenizerDefinition & Extension<"tokenizer">;

/**
 * Defines a tokenizer. A new tokenizer is one file. The result checks the options before it trains, and adds the defaults.
 *
 * @throws HeedError when a field is missing or wrong
 * @example
 * const vocabulary = Vocabulary.of("abcdefghijklmnopqrstuvwxyz ");
 * const letters: Tokenizer = {
 *   name: "letters",
 *   vocabulary,
 *   encode(text) {
 *     const tokens = Array.from(text);
 *     return { ids: vocabulary.encode(tokens), tokens, words: tokens.map(() => 0) };
 *   },
 *   decode: (ids) => vocabulary.decode(ids).join(""),
 *   toJSON: () => ({ ...tokenizerFormat, name: "letters" }),
 * };
 * export const lettersTokenizer = defineTokenizer({
 *   name: "letters",
 *   summary: "the 26 letters and the space; needs no training",
 *   options: {},
 *   maxLength: 250,
 *   train: () => letters,
 *   fromJSON: () => letters,
 * });
 */
export function defineTokenizer<O>(definition: TokenizerDefinition<O>): TokenizerExtension {
  const checked = defineExtension("tokenizer", definition as unknown as TokenizerDefinition, {
    summary: "text",
    options: "options",
    maxLength: "number",
    train: "function",
    fromJSON: "function",
  });
  const assertTokenizer = (
    tokenizer: Tokenizer | Promise<Tokenizer>,
    method: string,
  ): Tokenizer | Promise<Tokenizer> => {
    if (tokenizer instanceof Promise) return tokenizer.then((loaded) => assertTokenizer(loaded, method));
    const missing = faultOf(tokenizer);
    if (missing === undefined) return tokenizer;
    throw new TokenizerError(
      `${method} of the tokenizer "${checked.name}" must return a Tokenizer, but its ${missing} is missing. Return an object with vocabulary, encode, decode and toJSON.`,
    );
  };
  return Object.freeze({
    ...checked,
    train: (lines: Iterable<string>, given: unknown, context?: TokenizerContext) =>
      assertTokenizer(checked.train(lines, checkOptions("tokenizer", checked, given), context), "train"),
    fromJSON: (json: TokenizerJSON) => assertTokenizer(checked.fromJSON(json), "fromJSON"),
  });
}

/** Returns the property of a tokenizer that is missing. */
function faultOf(tokenizer: Partial<Tokenizer> | undefined): string | undefined {
  if (typeof tokenizer?.vocabulary?.encode !== "function") return "vocabulary";
  return (["encode", "decode", "toJSON"] as const).find((method) => typeof tokenizer[method] !== "function");
}
