export { buildBatch, type LazyBatches, lazyBatches } from "./build-batch.js";
export { DataError } from "./data-error.js";
export {
  type Alignment,
  defineTask,
  type TaskDefinition,
  type TaskExtension,
  type TaskSample,
  type TaskVocabulary,
} from "./define-task.js";
export { encodePair, encodePairs } from "./encode-pairs.js";
export { findTask } from "./find-task.js";
export { type LimitOptions, type LimitReport, limitLength } from "./limit-length.js";
export { type BatchLayout, type IdBatch, type IdPair, makeBatch, type SpecialIds } from "./make-batch.js";
export { PairStore } from "./pair-store.js";
export { type BatchPlan, type PlanOptions, planBatches } from "./plan-batches.js";
export { decodeLines } from "./read/decode-lines.js";
export type { JsonLinesOptions } from "./read/parse-json-lines.js";
export type { Column, TsvOptions } from "./read/parse-tsv.js";
export { type ReadFile, readLines } from "./read/read-lines.js";
export {
  type JsonLinesFile,
  type PairFiles,
  type ParallelReport,
  type ParallelText,
  readPairs,
  type TextFiles,
  type TsvFile,
} from "./read/read-pairs.js";
export type { SkippedLines } from "./read/skipped-lines.js";
export { assertEncoding } from "./read/text-decoder.js";
export type { IdSequence } from "./sequence-list.js";
export type { EncodedPair, SequencePair, TextPair } from "./sequence-pair.js";
export { type Split, type SplitOptions, type SplitReport, splitPairs } from "./split-pairs.js";
export { symbolNames } from "./symbol-names.js";
export { type TaskPairsOptions, type TaskTokenizers, taskPairs, taskTokenizers } from "./task-pairs.js";
export * from "./tasks/index.js";
