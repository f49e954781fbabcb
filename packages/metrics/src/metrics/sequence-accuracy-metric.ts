import { defineMetric } from "../define-metric.js";
import { meanStatistics } from "../sentence-statistics.js";
import { sequenceAccuracy } from "../sequence-accuracy.js";

/** The definition of the metric `sequence-accuracy`, see {@link sequenceAccuracy}. */
export const sequenceAccuracyMetric = defineMetric({
  name: "sequence-accuracy",
  summary: "share of sentences whose tokens are all right, in [0, 1]",
  higherIsBetter: true,
  perfect: 1,
  options: {},
  compute: ({ hypothesisTokens, referenceTokens }) => sequenceAccuracy(hypothesisTokens, referenceTokens),
  statistics: ({ hypothesisTokens, referenceTokens }) =>
    meanStatistics(hypothesisTokens.map((tokens, i) => sequenceAccuracy([tokens], [referenceTokens[i]!]))),
});
