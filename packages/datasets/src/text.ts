/** Reading and splitting parallel text. A page that only makes synthetic data does not load this code. */
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
export { type Split, type SplitOptions, type SplitReport, splitPairs } from "./split-pairs.js";
