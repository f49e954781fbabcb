import type { Tensor } from "@heed/tensor";

/** A way to turn raw scores into weights. */
export interface Normalizer {
  readonly name: string;
  /** The weight of a score e, in plain text: `"exp(eⱼ) / Σ exp(e)"`. */
  readonly formula: string;
  /** Paper and equation. */
  readonly reference: string;
  /** Whether the weights of a query sum to 1; true by default. */
  readonly sumsToOne?: boolean;
  /**
   * @param scores - `[..., k]`
   * @param mask - bool, broadcastable to the scores, true = may attend; `null`: everything may be attended
   * @returns `[..., k]` in [0, 1]; masked weights are 0, and a row with nothing to attend is all 0, never NaN
   */
  readonly normalize: (scores: Tensor, mask: Tensor | null) => Tensor;
}

/** Defines a normaliser; one file in `normalizers/` is all that a new one takes. */
export function defineNormalizer(normalizer: Normalizer): Normalizer {
  return normalizer;
}
