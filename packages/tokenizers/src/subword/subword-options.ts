import type { OptionSpecs } from "@heed/core";

/** The options that all subword tokenizers have. */
export interface SubwordOptions {
  readonly vocabularySize: number;
  readonly coverage: number;
  readonly byteFallback: boolean;
  readonly maxLines: number;
  readonly hangul: "syllables" | "jamo";
}

/** Describes {@link SubwordOptions}. */
export const subwordOptions: OptionSpecs<SubwordOptions> = {
  vocabularySize: {
    type: "integer",
    minimum: 6,
    default: 8000,
    meaning: "Largest size of the vocabulary, the special tokens included.",
  },
  coverage: {
    type: "number",
    above: 0,
    maximum: 1,
    default: 0.9995,
    meaning: "Share of the characters of the training data that are tokens. The rarest characters are left out.",
  },
  byteFallback: {
    type: "boolean",
    default: true,
    meaning: "Whether characters that are no tokens become bytes of UTF-8 (256 tokens) instead of <unk>.",
  },
  maxLines: {
    type: "integer",
    minimum: 1,
    default: 500_000,
    meaning: "Number of lines to train on. Of more lines, a random sample is taken.",
  },
  hangul: {
    type: "string",
    choices: ["syllables", "jamo"],
    default: "syllables",
    meaning:
      "With jamo, text is decomposed (Unicode NFD), so that tokens can be parts of Hangul syllables. Decoding composes it.",
  },
};
