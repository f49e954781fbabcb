import type { OptionSpecs } from "@heed/core";
import { type SubwordOptions, subwordOptions } from "../subword/subword-options.js";

/** Options of the tokenizer `bpe`. */
export interface BpeOptions extends SubwordOptions {
  readonly minFrequency: number;
  readonly dropout: number;
}

/** Describes {@link BpeOptions}. */
export const bpeOptions: OptionSpecs<BpeOptions> = {
  ...subwordOptions,
  minFrequency: {
    type: "integer",
    minimum: 1,
    default: 2,
    meaning: "Pairs of tokens that occur less often in the training data are not merged.",
  },
  dropout: {
    type: "number",
    minimum: 0,
    maximum: 1,
    default: 0.1,
    meaning: "Probability of leaving out a merge when a text is encoded with a generator (BPE dropout).",
  },
};
