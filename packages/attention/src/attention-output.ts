import type { Tensor } from "@heed/tensor";

/** The keys and values of a batch of sentences, made once by `Attention.prepare`. */
export interface AttentionMemory {
  /** The keys as they were given, `[b, k, dk]`. */
  readonly keys: Tensor;
  /** The result of the scorer's `prepare`. */
  readonly prepared: Tensor;
  /** `[b, k, dv]`, or one part for each head, `[b, h, k, dv/h]`. */
  readonly values: Tensor;
  /** Bool, broadcastable to `[b, q, k]`, true = may attend; `null`: every key may be attended. */
  readonly mask: Tensor | null;
  /** The number of keys without padding, `[b]`; `null` when all count, or when neither scorer nor masks use positions. */
  readonly lengths: Tensor | null;
}

/** What attention carries from one query to the next. */
export interface AttentionState {
  /** Position of the next query, `[b, 1]`; `null` when neither scorer nor masks use positions. */
  readonly position: Tensor | null;
  /** The scorer's memory of earlier weights, `[b, 1, k]`; `null` for a scorer without `remember`. */
  readonly memory: Tensor | null;
}

/** Replaces attention weights by given ones. */
export interface AttentionControl {
  /**
   * `[b, h, q, k]`. They are used as they are, in place of the weights after mask, normalizer and dropout. Gradients reach
   * them and the values. A scorer that remembers earlier weights sees them.
   */
  readonly weights: Tensor;
  /** Heads whose weights are replaced, from 0; default: all. */
  readonly heads?: readonly number[] | undefined;
}

/** Options of one call of attention. */
export interface AttendOptions {
  /** Replaces the weights of some or all heads. */
  readonly control?: AttentionControl | null | undefined;
  /** Also returns the intermediate results; default false. */
  readonly inspect?: boolean | undefined;
}

/** The intermediate results of one call of attention. */
export interface AttentionInspection {
  /** `[b, q, dq]`, or one part for each head, `[b, h, q, e/h]`. */
  readonly query: Tensor;
  /** `[b, k, dk]`, or one part for each head, `[b, h, k, e/h]`. */
  readonly keys: Tensor;
  /** Raw scores, before temperature, mask and normalizer, `[b, h, q, k]`; h is 1 for a scorer without heads. */
  readonly scores: Tensor;
  /** Bool, broadcastable to `[b, h, q, k]`, true = may attend: all masks and the scorer's window together. */
  readonly mask: Tensor | null;
  /** The weights that were used, before dropout, `[b, h, q, k]`. */
  readonly weights: Tensor;
  /** `[b, q, dv]`. */
  readonly context: Tensor;
}

/** The result of attention. */
export interface AttentionOutput {
  /** `[b, q, dv]`: Σⱼ weights · values. */
  readonly context: Tensor;
  /** `[b, q, k]`, before dropout; the mean over the heads. */
  readonly weights: Tensor;
  /** `[b, h, q, k]` for a scorer with heads; otherwise `null`. */
  readonly heads: Tensor | null;
  /** For the next query. */
  readonly state: AttentionState;
  /** `null` unless `inspect` is set. */
  readonly inspection: AttentionInspection | null;
}
