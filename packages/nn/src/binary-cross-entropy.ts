import { checkOptionKinds, optionRules } from "@heed/core";
import {
  add,
  assertTensor,
  formatShape,
  mul,
  neg,
  ShapeError,
  sameShape,
  softplus,
  sub,
  type Tensor,
} from "@heed/tensor";
import { type Reduction, reduceLoss } from "./reduce-loss.js";

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /** Factors of the losses, broadcastable to the logits. The mean still divides by the number of entries. */
  readonly weight?: Tensor;
  /** Factors of the positive part, broadcastable to the logits; usually one for each class, negatives / positives. */
  readonly posWeight?: Tensor;
  /** Default `"mean"`. */
  readonly reduction?: Reduction;
}

const rules = optionRules<BinaryCrossEntropyOptions>({
  "weight?": "any",
  "posWeight?": "any",
  "reduction?": ["mean", "sum", "none"],
});

/**
 * Computes −t · log σ(x) − (1 − t) · log(1 − σ(x)) of every logit x and target t, and returns the mean, or with `reduction`
 * the sum or all of them, in nats.
 *
 * - `logits` - `[...]`: before the sigmoid
 * - `targets` - f32 `[...]`, probabilities in [0, 1], of the same shape
 * - returns a scalar `[]`, or `[...]` with `reduction: "none"`
 *
 * Computed as (1 − t) · x + softplus(−x), which is exact for logits of any size. PyTorch:
 * `F.binary_cross_entropy_with_logits(…, weight, pos_weight, reduction)`.
 *
 * @throws ShapeError when the shapes differ
 * @throws DTypeError when the targets are not f32
 * @example
 * const loss = binaryCrossEntropy(logits, targets, { posWeight: tensor([3, 1]) }); // [b, 2], [b, 2]
 * loss.backward();
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  checkOptionKinds("binaryCrossEntropy", ["logits", "targets"], rules, options);
  assertTensor("binaryCrossEntropy", "logits", logits);
  assertTensor("binaryCrossEntropy", "targets", targets);
  const { weight, posWeight, reduction } = options ?? {};
  if (!sameShape(logits.shape, targets.shape)) {
    throw new ShapeError(
      `binaryCrossEntropy: logits ${formatShape(logits.shape)} and targets ${formatShape(targets.shape)} must have the same shape; reshape one of them.`,
    );
  }
  const negative = sub(1, targets);
  const tail = softplus(neg(logits));
  const weighted = posWeight ? mul(tail, add(negative, mul(targets, posWeight))) : tail;
  const losses = add(mul(negative, logits), weighted);
  return reduceLoss(weight ? mul(losses, weight) : losses, reduction);
}
