import type { OptionSpecs } from "@heed/core";
import type { ChrfOptions } from "./chrf.js";

/** Describes the options of the metrics `chrf` and `chrf-plus-plus`, which differ in the order of words. */
export const chrfOptionSpecs = (wordOrder: number): OptionSpecs<ChrfOptions> => ({
  characterOrder: { type: "integer", minimum: 1, default: 6, meaning: "Length of the longest character n-grams." },
  wordOrder: {
    type: "integer",
    minimum: 0,
    default: wordOrder,
    meaning: "Length of the longest word n-grams; 2 makes it chrF++.",
  },
  beta: { type: "number", above: 0, default: 2, meaning: "How many times recall counts as much as precision." },
  whitespace: { type: "boolean", default: false, meaning: "Whether white space counts as characters." },
  lowercase: { type: "boolean", default: false, meaning: "Whether case is ignored." },
  epsSmoothing: {
    type: "boolean",
    default: false,
    meaning: "Whether the mean is over all orders, in place of those that occur.",
  },
});
