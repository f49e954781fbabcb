import { didYouMean, quoted } from "@heed/core";
import { DataError } from "../data-error.js";
import { characterTokenizer } from "./character-tokenizer.js";
import { whitespaceTokenizer } from "./whitespace-tokenizer.js";
import { wordTokenizer } from "./word-tokenizer.js";

/** A tokenizer as plain data, ready for JSON; {@link tokenizerFromConfig} makes it again. */
export interface TokenizerConfig {
  readonly name: string;
  readonly locale?: string;
  readonly lowercase?: boolean;
}

/** Cuts text into tokens and puts tokens together again. Text is brought to Unicode NFC first. */
export interface Tokenizer {
  readonly name: string;
  /** its name and options, for saving */
  readonly config: TokenizerConfig;
  /** the tokens of a text; none is empty */
  tokenize(text: string): string[];
  /** a text of these tokens; each tokenizer says how near it comes to the original */
  detokenize(tokens: readonly string[]): string;
}

const tokenizers = {
  word: { make: wordTokenizer, options: { locale: "string", lowercase: "boolean" } },
  character: { make: characterTokenizer, options: { lowercase: "boolean" } },
  whitespace: { make: whitespaceTokenizer, options: { lowercase: "boolean" } },
} as const;

/** The names that {@link tokenizer} knows. */
export const tokenizerNames: readonly string[] = Object.keys(tokenizers);

/**
 * The tokenizer of a name.
 *
 * @param name - `word`, `character` or `whitespace`
 * @param options - those of `wordTokenizer`, `characterTokenizer` or `whitespaceTokenizer`
 * @throws DataError where the name or an option is unknown, or an option has the wrong type
 * @example
 * tokenizer("word", { locale: "ko" }).tokenize("나는 학생이다."); // ["나는", "학생이다", "."]
 */
export function tokenizer(name: string, options: Readonly<Record<string, unknown>> = {}): Tokenizer {
  if (!Object.hasOwn(tokenizers, name)) {
    throw new DataError(
      `There is no tokenizer ${JSON.stringify(name)}.${didYouMean(name, tokenizerNames)} Known: ${quoted(tokenizerNames)}.`,
    );
  }
  const known = tokenizers[name as keyof typeof tokenizers];
  const types: Readonly<Record<string, string>> = known.options;
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(types, key)) {
      const keys = Object.keys(types);
      throw new DataError(
        `The tokenizer "${name}" has no option ${JSON.stringify(key)}.${didYouMean(key, keys)} Known: ${quoted(keys)}.`,
      );
    }
    if (value !== undefined && typeof value !== types[key]) {
      throw new DataError(
        `The option "${key}" of the tokenizer "${name}" must be a ${types[key]}; got ${JSON.stringify(value)}.`,
      );
    }
  }
  return known.make(options);
}

/**
 * The tokenizer that `tokenizer.config` describes.
 *
 * @param config - a parsed JSON value of any origin: everything is checked
 * @throws DataError where it describes no tokenizer
 */
export function tokenizerFromConfig(config: unknown): Tokenizer {
  if (typeof config !== "object" || config === null || typeof (config as { name?: unknown }).name !== "string") {
    throw new DataError(`A tokenizer's configuration is an object with a "name"; got ${JSON.stringify(config)}.`);
  }
  const { name, ...options } = config as { name: string };
  return tokenizer(name, options);
}
