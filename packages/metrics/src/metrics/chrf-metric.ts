import { type ChrfOptions, chrf } from "../chrf.js";
import { defineMetric } from "../define-metric.js";

/** The definition of the metric `chrf`: corpus chrF of the texts, see {@link chrf}. */
export const chrfMetric = defineMetric<ChrfOptions>({
  name: "chrf",
  summary: "corpus chrF2, the F-score of character n-grams, of 100",
  reference: "Popović 2015, W15-3049",
  higherIsBetter: true,
  perfect: 100,
  options: {
    characterOrder: { type: "integer", minimum: 1, default: 6, meaning: "Length of the longest character n-grams." },
    wordOrder: {
      type: "integer",
      minimum: 0,
      default: 0,
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
  },
  compute: ({ hypotheses, references }, options) => chrf(hypotheses, [[...references]], options),
});
