import { softmaxCrossEntropy, type Tensor } from "@heed/tensor";

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** Targets with this id are left out of the loss; usually the id of the padding. */
  readonly ignoreIndex?: number;
  /** ε in [0, 1): the target distribution is (1 − ε) · one-hot + ε / v; default 0. */
  readonly labelSmoothing?: number;
  /** `mean` over the targets that are not ignored (the default), or their `sum`. */
  readonly reduction?: "mean" | "sum";
}

/**
 * Computes −log softmax(logits)[target] of every target that is not ignored, and returns their mean, or with
 * `reduction: "sum"` their sum, in nats. The result is 0 when all targets are ignored.
 *
 * - `logits` - `[..., v]`
 * - `targets` - i32 `[...]`, ids in [0, v) or `ignoreIndex`
 * - returns a scalar `[]`
 *
 * The maximum is subtracted before the exponential, so that large logits do not overflow. PyTorch:
 * `F.cross_entropy(…, ignore_index, label_smoothing, reduction)`, which is NaN when all targets are ignored.
 *
 * @throws ShapeError when the targets do not have the shape of the logits without their last axis
 * @throws DTypeError when the targets are not i32
 * @example
 * const loss = crossEntropy(logits, targets, { ignoreIndex: 0 });
 * loss.backward();
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  return softmaxCrossEntropy(logits, targets, options);
}
