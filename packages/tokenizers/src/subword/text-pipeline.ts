import { joinBytes } from "./byte-tokens.js";
import type { SubwordOptions } from "./subword-options.js";

/** The mark of a space, U+2581. A text starts with one, so that a word has the same tokens at the beginning and inside. */
export const spaceMark = "▁";

/** U+2582 escapes the mark and itself in a text. So every text can be restored. */
const escapeMark = "▂";
const escapes = [
  [escapeMark, `${escapeMark}0`],
  [spaceMark, `${escapeMark}1`],
] as const;

/** Letters with their combining marks, digits, or all other characters; each with the mark of a space before it. */
const pattern = `${spaceMark}?[\\p{L}\\p{M}]+|${spaceMark}?\\p{N}+|${spaceMark}?[^${spaceMark}\\p{L}\\p{M}\\p{N}]+|${spaceMark}`;
const pieces = new RegExp(pattern, "gu");

/** How a subword tokenizer prepares a text, and makes text of tokens. */
export interface TextPipeline {
  /**
   * Normalizes a text and cuts it into pieces. No token reaches beyond a piece.
   * @example
   * textPipeline({ hangul: "syllables" }).split("I go, you stay."); // ["▁I", "▁go", ",", "▁you", "▁stay", "."]
   */
  split(text: string): string[];
  /** Makes text of tokens; the inverse of {@link split} up to Unicode normalization. */
  join(tokens: readonly string[]): string;
  /** The same steps as properties of `tokenizer.json`. */
  readonly json: { readonly normalizer: unknown; readonly pre_tokenizer: unknown; readonly decoder: unknown };
}

/**
 * Returns the pipeline of subword tokenizers. Words, numbers and punctuation are separate pieces. In scripts without spaces
 * a piece is the text between punctuation marks.
 *
 * Text is brought to Unicode NFC, or to NFD when Hangul is cut into jamo. `join` returns NFC. Other programs that read the
 * file decode jamo to text that is canonically equivalent, but not composed: `tokenizer.json` has no such decoder.
 */
export function textPipeline({ hangul }: Pick<SubwordOptions, "hangul">): TextPipeline {
  const form = hangul === "jamo" ? "NFD" : "NFC";
  return {
    split(text) {
      if (text === "") return [];
      const escaped = escapes.reduce((all, [from, to]) => all.replaceAll(from, to), text.normalize(form));
      return `${spaceMark}${escaped.replaceAll(" ", spaceMark)}`.match(pieces) ?? [];
    },
    join(tokens) {
      const text = joinBytes(tokens.map((token) => token.replaceAll(spaceMark, " "))).join("");
      const stripped = text.startsWith(" ") ? text.slice(1) : text;
      const unescaped = escapes.toReversed().reduce((all, [from, to]) => all.replaceAll(to, from), stripped);
      return unescaped.normalize("NFC");
    },
    json: {
      normalizer: {
        type: "Sequence",
        normalizers: [
          { type: form },
          ...escapes.map(([from, to]) => replace(from, to)),
          { type: "Prepend", prepend: spaceMark },
          replace(" ", spaceMark),
        ],
      },
      pre_tokenizer: { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false },
      decoder: {
        type: "Sequence",
        decoders: [
          replace(spaceMark, " "),
          { type: "ByteFallback" },
          { type: "Fuse" },
          { type: "Strip", content: " ", start: 1, stop: 0 },
          ...escapes.toReversed().map(([from, to]) => replace(to, from)),
        ],
      },
    },
  };
}

const replace = (from: string, to: string): object => ({ type: "Replace", pattern: { String: from }, content: to });
