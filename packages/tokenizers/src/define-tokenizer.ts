import { checkOptions, type TokenizerOption, type TokenizerOptions } from "./check-options.js";
import type { Tokenizer, TokenizerJSON } from "./tokenizer.js";

/** A kind of tokenizer: how it is trained, and how it is read from its file. */
export interface TokenizerDefinition<O = TokenizerOptions> {
  readonly name: string;
  /** One line for lists and docs. */
  readonly summary: string;
  /** The options of {@link train}. */
  readonly options: { readonly [K in keyof O]-?: TokenizerOption };
  /** The number of tokens, without `<eos>`, above which a sentence is left out of the training data by default. */
  readonly maxLength: number;
  /**
   * Trains a tokenizer.
   * @param lines - sentences of the training data
   */
  train(lines: Iterable<string>, options: O): Tokenizer;
  /**
   * Builds the tokenizer that its `toJSON` described.
   * @param json - format, version and name are checked; everything else may have any value
   * @throws TokenizerError when a property is wrong
   */
  fromJSON(json: TokenizerJSON): Tokenizer;
}

/**
 * Defines a tokenizer. A new tokenizer is one file. The result checks the options before it trains, and adds the defaults.
 *
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
export function defineTokenizer<O>(definition: TokenizerDefinition<O>): TokenizerDefinition {
  const { name, summary, maxLength } = definition;
  const options = definition.options as TokenizerDefinition["options"];
  return {
    ...{ name, summary, maxLength, options },
    train: (lines, given) => definition.train(lines, checkOptions({ name, options }, given) as O),
    fromJSON: (json) => definition.fromJSON(json),
  };
}
