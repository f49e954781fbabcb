import { checkOptions, defineExtension, type OptionSpecs, type OptionValues } from "@heed/core";
import { checkedLines } from "./checked-lines.js";
import { decodedTokens } from "./decoded-tokens.js";
import { defineTokenizer, type TokenizerDefinition, type TokenizerExtension } from "./define-tokenizer.js";
import type { Tokenizer } from "./tokenizer.js";
import { type TokenizerJSON, tokenizerFormat } from "./tokenizer-json.js";
import { specialTokens, Vocabulary } from "./vocabulary.js";

/** The options that decide which tokens enter the vocabulary. */
export interface FrequencyOptions {
  readonly minFrequency: number;
  readonly maxVocabulary?: number | undefined;
}

/** Describes {@link FrequencyOptions}, with the default of `minFrequency`. */
export function frequencyOptions(minFrequency: number): OptionSpecs<FrequencyOptions> {
  return {
    minFrequency: {
      type: "integer",
      minimum: 1,
      default: minFrequency,
      meaning: "Tokens that occur less often in the training data become <unk>.",
    },
    maxVocabulary: {
      type: "integer",
      minimum: Object.keys(specialTokens).length + 1,
      meaning: "Largest size of the vocabulary, the special tokens included.",
    },
  };
}

/** A tokenizer whose tokens are parts of the text, each with its own id. */
export interface WordLevel<O extends FrequencyOptions>
  extends Pick<TokenizerDefinition<O>, "name" | "aliases" | "summary" | "options" | "maxLength"> {
  /** Returns the function that cuts a text in Unicode NFC into its tokens; none may be empty. */
  cutter(options: O): (text: string) => string[];
  /** Joins tokens to a text. */
  join(tokens: readonly string[]): string;
  /** Returns the index of each token's word; default: each token is a word. */
  wordsOf?(tokens: readonly string[]): number[];
}

/** A definition that can also build a tokenizer from a vocabulary, without training. */
export interface WordLevelDefinition extends TokenizerExtension {
  train(lines: Iterable<string>, options: OptionValues): Tokenizer;
  fromJSON(json: TokenizerJSON): Tokenizer;
  /**
   * Builds the tokenizer that has a given vocabulary.
   * @throws OptionError when an option is unknown or has a wrong value
   */
  of(vocabulary: Vocabulary, options?: OptionValues): Tokenizer;
}

/**
 * Defines a tokenizer that cuts text into tokens, counts them, and gives an id to each frequent one. Text is brought to
 * Unicode NFC first, so that composed and decomposed characters are the same token.
 *
 * @throws HeedError when a field is missing or wrong
 */
export function defineWordLevel<O extends FrequencyOptions>(kind: WordLevel<O>): WordLevelDefinition {
  const { cutter, join, wordsOf, ...description } = defineExtension<"tokenizer", WordLevel<O>>("tokenizer", kind, {
    ...{ summary: "text", options: "options", maxLength: "number" },
    ...{ cutter: "function", join: "function", wordsOf: "function?" },
  });
  const { name } = description;
  const build = (vocabulary: Vocabulary, chosen: O): Tokenizer => {
    const cut = cutter(chosen);
    return {
      ...{ name, vocabulary },
      encode(text) {
        const tokens = cut(text.normalize("NFC"));
        const words = wordsOf?.(tokens) ?? tokens.map((_, index) => index);
        return { ids: vocabulary.encode(tokens), tokens, words };
      },
      decode: (ids, options) => join(decodedTokens(vocabulary, ids, options)),
      toJSON: () => ({ ...tokenizerFormat, name, options: chosen, vocabulary: vocabulary.toJSON() }),
    };
  };
  const definition = defineTokenizer<O>({
    ...description,
    train(lines, chosen) {
      const sentences = cutLines(lines, cutter(chosen));
      const { minFrequency, maxVocabulary } = chosen;
      return build(Vocabulary.build(sentences, { minFrequency, maxSize: maxVocabulary }), chosen);
    },
    fromJSON: (json) => of(Vocabulary.fromJSON(json.vocabulary), json.options),
  });
  const of = (vocabulary: Vocabulary, given: unknown): Tokenizer =>
    build(vocabulary, checkOptions("tokenizer", definition, given) as unknown as O);
  return Object.freeze({ ...definition, of }) as WordLevelDefinition;
}

function* cutLines(lines: Iterable<string>, cut: (text: string) => string[]): Generator<string[]> {
  for (const line of checkedLines(lines)) yield cut(line.normalize("NFC"));
}
