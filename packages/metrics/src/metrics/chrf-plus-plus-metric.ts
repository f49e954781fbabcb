import { type ChrfOptions, chrf, chrfSignature, chrfStatistics } from "../chrf.js";
import { chrfOptionSpecs } from "../chrf-option-specs.js";
import { defineMetric } from "../define-metric.js";

/** The definition of the metric `chrf-plus-plus`: corpus chrF++ of the texts, which is `chrf` with words, see {@link chrf}. */
export const chrfPlusPlusMetric = defineMetric<ChrfOptions>({
  name: "chrf-plus-plus",
  aliases: ["chrfpp"],
  summary: "corpus chrF2++, the F-score of character n-grams and words, of 100",
  reference: "Popović 2017, W17-4770",
  higherIsBetter: true,
  perfect: 100,
  options: chrfOptionSpecs(2),
  compute: ({ hypotheses, references }, options) => chrf(hypotheses, [references], options),
  statistics: ({ hypotheses, references }, options) => chrfStatistics(hypotheses, [references], options),
  signature: chrfSignature,
});
