import type { Tokenizer } from "./tokenizer.js";

/**
 * Characters as readers see them: grapheme clusters (UAX #29, `Intl.Segmenter`), spaces included. A Hangul syllable, a
 * letter with its accents, and an emoji made of several code points are one token each.
 *
 * `detokenize` is exact: it gives the text back in Unicode NFC, lower-cased where that was asked for.
 *
 * @param options - `lowercase`: lower-case first; default false
 * @example
 * characterTokenizer().tokenize("안녕 👋🏽"); // ["안", "녕", " ", "👋🏽"]
 */
export function characterTokenizer({ lowercase = false }: { lowercase?: boolean | undefined } = {}): Tokenizer {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  return {
    name: "character",
    config: { name: "character", lowercase },
    tokenize(text) {
      const cased = lowercase ? text.toLowerCase() : text;
      return Array.from(segmenter.segment(cased.normalize("NFC")), ({ segment }) => segment);
    },
    detokenize: (tokens) => tokens.join(""),
  };
}
