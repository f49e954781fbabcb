export { defineTokenizer, type TokenizerDefinition, type TokenizerExtension } from "./define-tokenizer.js";
export { builtInTokenizers, findTokenizer, tokenizerFromJSON, trainTokenizer } from "./find-tokenizer.js";
export {
  type EncodeOptions,
  type Encoding,
  type Tokenizer,
  type TokenizerJSON,
  tokenizerFormat,
} from "./tokenizer.js";
export { TokenizerError, UnknownTokenError } from "./tokenizer-error.js";
export { characterTokenizer } from "./tokenizers/character-tokenizer.js";
export { whitespaceTokenizer } from "./tokenizers/whitespace-tokenizer.js";
export { type WordTokenizerOptions, wordTokenizer } from "./tokenizers/word-tokenizer.js";
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
