import type { OptionSpecs } from "@heed/core";
import { type SubwordOptions, subwordOptions } from "../subword/subword-options.js";

/** Options of the tokenizer `unigram`. */
export interface UnigramOptions extends SubwordOptions {
  readonly minFrequency: number;
  readonly alpha: number;
}

/** Describes {@link UnigramOptions}. */
export const unigramOptions: OptionSpecs<UnigramOptions> = {
  ...subwordOptions,
  minFrequency: {
    type: "integer",
    minimum: 1,
    default: 2,
    meaning: "Parts of words that occur less often in the training data are no tokens, unless they are characters.",
  },
  alpha: {
    type: "number",
    minimum: 0,
    default: 0.2,
    meaning:
      "With a generator, encoding draws each segmentation with its probability to the power of alpha, normalized (subword regularisation).",
  },
};
