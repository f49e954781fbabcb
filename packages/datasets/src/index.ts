export { type BatchOptions, batchPairs, paddingShare } from "./batch-pairs.js";
export { DataError, UnknownTokenError } from "./data-error.js";
export { encodePairs } from "./encode-pairs.js";
export { type LimitReport, limitLength } from "./limit-length.js";
export { decodeLines, decodeText } from "./lines.js";
export { type BatchLayout, type IdBatch, type IdPair, makeBatch, type SpecialIds } from "./make-batch.js";
export { type ParallelReport, type ParallelText, readParallelText } from "./parallel-text.js";
export type { EncodedPair, SequencePair, TextPair } from "./sequence-pair.js";
export { type Split, type SplitOptions, type SplitReport, splitPairs } from "./split-pairs.js";
export { copyTask } from "./tasks/copy-task.js";
export type { Task, TaskOptions } from "./tasks/make-task.js";
export { reverseTask } from "./tasks/reverse-task.js";
export { sortTask } from "./tasks/sort-task.js";
export { symbolNames, taskVocabulary } from "./tasks/symbol-names.js";
export { task, taskNames, tasks } from "./tasks/task.js";
export { tokenizePairs } from "./tokenize-pairs.js";
export { characterTokenizer } from "./tokenizers/character-tokenizer.js";
export {
  type Tokenizer,
  type TokenizerConfig,
  tokenizer,
  tokenizerFromConfig,
  tokenizerNames,
} from "./tokenizers/tokenizer.js";
export { whitespaceTokenizer } from "./tokenizers/whitespace-tokenizer.js";
export { type WordTokenizerOptions, wordTokenizer } from "./tokenizers/word-tokenizer.js";
export { readTsv, type TsvOptions } from "./tsv.js";
export { type UnknownReport, unknownReport } from "./unknown-report.js";
export {
  specialTokens,
  Vocabulary,
  type VocabularyBuildOptions,
  type VocabularyJSON,
} from "./vocabulary.js";
export { loadVocabulary, saveVocabulary } from "./vocabulary-file.js";
