export { type Attended, Attention, type AttentionMemory, type AttentionOptions } from "./attention.js";
export { findNormalizer, findScorer } from "./find-by-name.js";
export { causalMask, paddingMask } from "./masks.js";
export { defineNormalizer, type Normalizer } from "./normalizer.js";
export * from "./normalizers/index.js";
export {
  defineScorer,
  type GruDecoded,
  type GruDecoder,
  type Scorer,
  type ScorerDefinition,
  type ScorerSample,
  type ScorerSizes,
} from "./scorer.js";
export * from "./scorers/index.js";
