export { defineTokenizer, type TokenizerDefinition, type TokenizerExtension } from "./define-tokenizer.js";
export { findTokenizer, tokenizerFromJSON, trainTokenizer } from "./find-tokenizer.js";
export { tokenizerLimits } from "./limits.js";
export type { DecodeOptions, EncodeOptions, Encoding, Tokenizer } from "./tokenizer.js";
export { TokenizerError, UnknownTokenError } from "./tokenizer-error.js";
export { type TokenizerHead, type TokenizerJSON, tokenizerFormat, tokenizerHead } from "./tokenizer-json.js";
export * from "./tokenizers/index.js";
export type { WordTokenizerOptions } from "./tokenizers/word-tokenizer.js";
export {
  specialTokens,
  Vocabulary,
  type VocabularyBuildOptions,
  type VocabularyJSON,
} from "./vocabulary.js";
export {
  defineWordLevel,
  type FrequencyOptions,
  frequencyOptions,
  type WordLevel,
  type WordLevelDefinition,
} from "./word-level.js";
