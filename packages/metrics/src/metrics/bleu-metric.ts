import { type BleuOptions, bleu } from "../bleu.js";
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
      meaning: "How lines are cut into words; text that is tokenised already needs none.",
    },
    lowercase: { type: "boolean", default: false, meaning: "Whether case is ignored." },
  },
  compute: ({ hypotheses, references }, options) => bleu(hypotheses, [[...references]], options).score,
});
