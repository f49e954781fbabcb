import { softmaxCrossEntropy, type Tensor } from "@heed/tensor";

export interface CrossEntropyOptions {
  /** Targets with this id do not count; usually the padding. */
  readonly ignoreIndex?: number;
  /** ε in [0, 1): the target distribution is (1 − ε) · one-hot + ε / v. By default 0. */
  readonly labelSmoothing?: number;
}

/**
 * The mean of −log softmax(logits)[target] over all targets that count, in nats per token; 0 when none counts.
 *
 * - `logits` - `[..., v]`
 * - `targets` - i32 `[...]`, ids in [0, v) or `ignoreIndex`
 * - returns a scalar `[]`
 *
 * The maximum is subtracted before the exponential, so that logits of any size are safe. PyTorch:
 * `F.cross_entropy(…, ignore_index, label_smoothing)`, which is NaN when no target counts.
 *
 * @throws ShapeError when the targets are not shaped like the logits without their last axis
 * @throws DTypeError when the targets are not i32
 * @example
 * const loss = crossEntropy(logits, targets, { ignoreIndex: 0 });
 * loss.backward();
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  return softmaxCrossEntropy(logits, targets, options);
}
