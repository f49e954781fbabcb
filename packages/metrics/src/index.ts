export { type BleuOptions, type BleuScore, bleu, bleuOfTokens } from "./bleu.js";
export type { BleuTokenizer } from "./bleu-tokenizers.js";
export { type ChrfOptions, chrf } from "./chrf.js";
export {
  defineMetric,
  type MetricDefinition,
  type MetricExtension,
  type MetricInput,
} from "./define-metric.js";
export { findMetric } from "./find-metric.js";
export { Mean } from "./mean.js";
export * from "./metrics/index.js";
export { metricsOf } from "./metrics-of.js";
export { perplexity } from "./perplexity.js";
export { sequenceAccuracy } from "./sequence-accuracy.js";
export type { AccuracyOptions, TokenSequence } from "./sequences.js";
export { tokenAccuracy } from "./token-accuracy.js";
export { type UnigramLossOptions, unigramLoss } from "./unigram-loss.js";
