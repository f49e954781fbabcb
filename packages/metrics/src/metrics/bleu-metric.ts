import { type BleuOptions, bleu, bleuSignature, bleuSmoothings, bleuStatistics } from "../bleu.js";
import { bleuTokenizers } from "../bleu-tokenizers.js";
import { defineMetric } from "../define-metric.js";

/** The definition of the metric `bleu`: corpus BLEU of the texts, see {@link bleu}. */
export const bleuMetric = defineMetric<BleuOptions>({
  name: "bleu",
  summary: "corpus BLEU, of 100",
  reference: "Papineni et al. 2002, P02-1040; Post 2018, W18-6319",
  higherIsBetter: true,
  options: {
    tokenize: {
      type: "string",
      choices: Object.keys(bleuTokenizers),
      default: "13a",
      meaning: "How lines are split into words; text that is tokenised already needs none, Korean text char.",
    },
    lowercase: { type: "boolean", default: false, meaning: "Whether case is ignored." },
    smoothing: {
      type: "string",
      choices: Object.keys(bleuSmoothings),
      default: "exp",
      meaning: "What the precision of an order without a match is.",
    },
    smoothingValue: {
      type: "number",
      minimum: 0,
      meaning: "The value of floor (default 0.1) or add-k (default 1).",
      fault: (value, { smoothing }) =>
        value === undefined || smoothing === "floor" || smoothing === "add-k"
          ? undefined
          : `smoothingValue is for the smoothings "floor" and "add-k", got ${value} for "${smoothing}".`,
    },
    effectiveOrder: {
      type: "boolean",
      default: false,
      meaning: "Whether orders beyond the length of the hypothesis are left out: for single sentences.",
    },
  },
  compute: ({ hypotheses, references }, options) => bleu(hypotheses, [references], options).score,
  statistics: ({ hypotheses, references }, options) => bleuStatistics(hypotheses, [references], options),
  signature: bleuSignature,
});
