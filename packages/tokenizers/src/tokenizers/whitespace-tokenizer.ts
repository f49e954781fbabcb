import { defineWordLevel, type FrequencyOptions, frequencyOptions } from "../word-level.js";

/**
 * The definition of the tokenizer `whitespace`: tokens are separated by white space. It suits text that is tokenised
 * already, and languages such as Korean that put spaces between words. Punctuation stays attached to its word.
 *
 * `decode` joins tokens with single spaces.
 *
 * @example
 * const tokenizer = whitespaceTokenizer.of(Vocabulary.of(["two", "young", "males"]));
 * tokenizer.encode("two young  males").ids; // [4, 5, 6]
 */
export const whitespaceTokenizer = defineWordLevel<FrequencyOptions>({
  name: "whitespace",
  summary: "tokens separated by white space",
  maxLength: 50,
  options: frequencyOptions(2),
  cutter: () => (text) => text.split(/\s+/u).filter((token) => token !== ""),
  join: (tokens) => tokens.join(" "),
});
