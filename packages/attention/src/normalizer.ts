import { defineExtension, type Extension, type Named } from "@heed/core";
import type { Tensor } from "@heed/tensor";

/** A way to turn raw scores into weights. */
export interface NormalizerDefinition extends Named {
  /** The weight of a score e, in plain text: `"exp(eⱼ) / Σ exp(e)"`. */
  readonly formula: string;
  /** Paper and equation. */
  readonly reference: string;
  /** Whether the weights of a query sum to 1; true by default. */
  readonly sumsToOne?: boolean;
  /**
   * Whether the gradient is the derivative of the weights; true by default. Set it to false for a straight-through estimator,
   * whose gradient is that of other weights: it must exist and be finite.
   */
  readonly exactGradient?: boolean;
  /**
   * @param scores - `[..., k]`
   * @param mask - bool, broadcastable to the scores, true = may attend; `null`: everything may be attended
   * @returns `[..., k]` in [0, 1]; masked weights are 0, and a row with nothing to attend is all 0, never NaN
   */
  readonly normalize: (scores: Tensor, mask: Tensor | null) => Tensor;
}

/** A normalizer that can be found by name. */
export type Normalizer = NormalizerDefinition & Extension<"normalizer">;

/**
 * Defines a normalizer. A new normalizer is one file in `normalizers/`; `@heed/attention/testing` certifies it.
 * @throws HeedError when a field is missing or wrong
 */
export function defineNormalizer(definition: NormalizerDefinition): Normalizer {
  return defineExtension("normalizer", definition, {
    formula: "text",
    reference: "text",
    sumsToOne: "boolean?",
    exactGradient: "boolean?",
    normalize: "function",
  });
}
