export { buildBatch, type LazyBatches, lazyBatches } from "./build-batch.js";
export { type CopyPair, type CopySourceTokens, copyPair, copySource } from "./copy-pair.js";
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
export { taskLimits, textLimits } from "./limits.js";
export { type BatchLayout, type IdBatch, type IdPair, makeBatch, type SpecialIds } from "./make-batch.js";
export { PairStore } from "./pair-store.js";
export { type BatchPlan, type PlanOptions, planBatches } from "./plan-batches.js";
export { assertEncoding } from "./read/encodings.js";
export type { IdSequence } from "./sequence-list.js";
export type { EncodedPair, SequencePair, TextPair } from "./sequence-pair.js";
export { symbolNames } from "./symbol-names.js";
export {
  drawPairs,
  type TaskPairsOptions,
  type TaskTokenizers,
  taskPairs,
  taskText,
  taskTokenizers,
} from "./task-pairs.js";
export * from "./tasks/index.js";
