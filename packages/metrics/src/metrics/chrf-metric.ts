import { type ChrfOptions, chrf, chrfSignature, chrfStatistics } from "../chrf.js";
import { chrfOptionSpecs } from "../chrf-option-specs.js";
import { defineMetric } from "../define-metric.js";

/** The definition of the metric `chrf`: corpus chrF of the texts, see {@link chrf}. */
export const chrfMetric = defineMetric<ChrfOptions>({
  name: "chrf",
  summary: "corpus chrF2, the F-score of character n-grams, of 100",
  reference: "Popović 2015, W15-3049",
  higherIsBetter: true,
  perfect: 100,
  options: chrfOptionSpecs(0),
  compute: ({ hypotheses, references }, options) => chrf(hypotheses, [references], options),
  statistics: ({ hypotheses, references }, options) => chrfStatistics(hypotheses, [references], options),
  signature: chrfSignature,
});
