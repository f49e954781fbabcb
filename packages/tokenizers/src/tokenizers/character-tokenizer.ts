import { defineWordLevel, type FrequencyOptions, frequencyOptions } from "../word-level.js";

/**
 * The definition of the tokenizer `character`: tokens are characters as readers see them (grapheme clusters of UAX #29, by
 * `Intl.Segmenter`), spaces included. A Hangul syllable, a letter with its accents, and an emoji of several code points
 * are one token each.
 *
 * When all characters are in the vocabulary, `decode` returns the text in Unicode NFC. A space belongs to the word before
 * it.
 *
 * @example
 * const tokenizer = characterTokenizer.train(["안녕 👋🏽"], {});
 * tokenizer.encode("안녕 👋🏽").tokens; // ["안", "녕", " ", "👋🏽"]
 */
export const characterTokenizer = defineWordLevel<FrequencyOptions>({
  name: "character",
  summary: "characters as readers see them, spaces included",
  maxLength: 250,
  options: frequencyOptions(1),
  cutter() {
    const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
    return (text) => Array.from(segmenter.segment(text), ({ segment }) => segment);
  },
  join: (tokens) => tokens.join(""),
  wordsOf(tokens) {
    let word = -1;
    let inside = false;
    return tokens.map((token) => {
      const space = /^\s/u.test(token);
      if (!space && !inside) word++;
      inside = !space;
      return Math.max(0, word);
    });
  },
});
