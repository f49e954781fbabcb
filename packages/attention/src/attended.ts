import type { Tensor } from "@heed/tensor";

/** What is attended: made once a sentence, by `Attention.prepare`. */
export interface AttentionMemory {
  /** What the scorer made of the keys. */
  readonly prepared: Tensor;
  /** `[b, k, dv]`, or one part for each head, `[b, h, k, dv/h]`. */
  readonly values: Tensor;
  /** Bool, broadcastable to `[b, q, k]`, true = may attend; `null`: everything may be attended. */
  readonly mask: Tensor | null;
  /** How many keys are no padding, `[b]`; `null`: all, or nobody asks. */
  readonly lengths: Tensor | null;
}

/** What attention remembers from one query to the next: tensors with the batch as first axis. */
export type AttentionState = readonly Tensor[];

/** What attention found. */
export interface Attended {
  /** `[b, q, dv]`: Σⱼ weights · values. */
  readonly context: Tensor;
  /** `[b, q, k]`, as they are before dropout; the mean of the heads where there are several. */
  readonly weights: Tensor;
  /** `[b, h, q, k]`, for a scorer with heads; else `null`. */
  readonly heads: Tensor | null;
  /** For the next query. */
  readonly state: AttentionState;
}
