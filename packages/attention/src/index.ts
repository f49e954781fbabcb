export type { Attended, AttentionMemory, AttentionState } from "./attended.js";
export { Attention } from "./attention.js";
export type { AppliedMask, AttentionOptions } from "./attention-options.js";
export { findMask, findNormalizer, findScorer } from "./find-by-name.js";
export type { GruDecoded, GruDecoder } from "./gru-decoder.js";
export { meanOfHeads, mergeHeads, splitHeads } from "./heads.js";
export { joinAttended } from "./join-attended.js";
export { defineMask, type Mask, type MaskDefinition, type MaskNumbers, makeMask, maskNumbers } from "./mask.js";
export * from "./masks/index.js";
export {
  type KeyValueCache,
  type MultiHeadAttended,
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
  type SelfAttended,
} from "./multi-head-attention.js";
export { defineNormalizer, type Normalizer } from "./normalizer.js";
export * from "./normalizers/index.js";
export { type Counts, type Positions, positionsOf } from "./positions.js";
export {
  defineScorer,
  type ParameterSpec,
  type Scorer,
  type ScorerDefinition,
  type ScorerSample,
  type ScorerSizes,
  type Surroundings,
  scorerSizes,
  type WindowedScores,
} from "./scorer.js";
export * from "./scorers/index.js";
