export {
  type AlignmentErrorOptions,
  type AlignmentScore,
  alignmentErrorRate,
  alignmentStatistics,
  parseScoredPositions,
  type ScoredPositions,
  type ScoredPositionsOptions,
} from "./alignment-error-rate.js";
export {
  type BleuOptions,
  type BleuScore,
  type BleuSmoothing,
  bleu,
  bleuOfTokens,
  bleuSignature,
  bleuStatistics,
} from "./bleu.js";
export type { BleuTokenizer } from "./bleu-tokenizers.js";
export { type ChrfOptions, chrf, chrfSignature, chrfStatistics } from "./chrf.js";
export {
  defineMetric,
  type MetricDefinition,
  type MetricExtension,
  type MetricInput,
} from "./define-metric.js";
export { findMetric } from "./find-metric.js";
export { type LinksOfWeightsOptions, linksOfWeights } from "./links-of-weights.js";
export { Mean } from "./mean.js";
export * from "./metrics/index.js";
export { metricsOf } from "./metrics-of.js";
export { perplexity } from "./perplexity.js";
export {
  type AlignmentLinks,
  formatPharaoh,
  type GoldAlignment,
  type PharaohOptions,
  parsePharaoh,
} from "./pharaoh.js";
export { corpusScore, meanStatistics, type SentenceStatistics, sentenceScores } from "./sentence-statistics.js";
export { sequenceAccuracy } from "./sequence-accuracy.js";
export type { AccuracyOptions, TokenSequence } from "./sequences.js";
export type { SignatureOptions } from "./signature.js";
export {
  approximateRandomization,
  bootstrapInterval,
  type ConfidenceInterval,
  type PairedBootstrap,
  type PairedTest,
  pairedBootstrap,
  type ResamplingOptions,
} from "./significance.js";
export { type Symmetrization, symmetrizations, symmetrize } from "./symmetrize.js";
export { tokenAccuracy } from "./token-accuracy.js";
export { type UnigramLossOptions, unigramLoss } from "./unigram-loss.js";
