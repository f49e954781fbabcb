import type { GenerateOptions, Search } from "@heed/seq2seq";
import type { AbortSignalLike } from "../abort-signal-like.js";
import type { TextConstraints } from "./encode-constraints.js";

/** Options of `translate`. */
export interface TranslateOptions
  extends TextConstraints,
    Partial<Pick<GenerateOptions, "minLength" | "noRepeatNgram" | "trace">> {
  /** How to search: `greedy()`, `beam(…)` or `sample(…)` of `@heed/seq2seq`; default `greedy()`. */
  readonly search?: Search | undefined;
  /** Sentences a batch; by default 32. The result does not depend on it. */
  readonly batchSize?: number | undefined;
  /**
   * Largest number of target tokens, `<eos>` included. Default: twice the tokens of the line, and at least what the run was
   * trained on; and the tokens of prefix and required phrases.
   */
  readonly maxLength?: number | undefined;
  /**
   * Position of the first line in a text that is translated in parts; default 0. What `sample` draws depends on the position
   * of a line.
   */
  readonly firstPosition?: number | undefined;
  /** Replaces each `<unk>` in a translation by the source word with the largest weight; default false. */
  readonly replaceUnknown?: boolean | undefined;
  /** Stops between batches, with its reason as the error. */
  readonly signal?: AbortSignalLike | undefined;
}
