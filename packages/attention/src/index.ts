export { Attention } from "./attention.js";
export type { AppliedMask, AttentionOptions } from "./attention-options.js";
export type {
  AttendOptions,
  AttentionControl,
  AttentionInspection,
  AttentionMemory,
  AttentionOutput,
  AttentionState,
} from "./attention-output.js";
export { findMask, findNormalizer, findScorer } from "./find-by-name.js";
export { meanOfHeads, mergeHeads, splitHeads } from "./heads.js";
export { joinOutputs } from "./join-outputs.js";
export { defineMask, type Mask, type MaskDefinition, type MaskOptions, makeMask, maskOptions } from "./mask.js";
export * from "./masks/index.js";
export {
  type KeyValueCache,
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
  type MultiHeadMemory,
  type MultiHeadOutput,
  type QueryProjection,
  type SelfAttentionOutput,
} from "./multi-head-attention.js";
export { defineNormalizer, type Normalizer, type NormalizerDefinition } from "./normalizer.js";
export * from "./normalizers/index.js";
export { type Counts, type Positions, positionsOf } from "./positions.js";
export {
  defineScorer,
  type ParameterSpec,
  type ScoreContext,
  type Scorer,
  type ScorerDefinition,
  type ScorerSample,
  type ScorerSizes,
  scorerSizes,
  type WindowedScores,
} from "./scorer.js";
export * from "./scorers/index.js";
