import { checkOptionKinds, optionRules } from "@heed/core";
import { assertTensor, formatShape, mul, ShapeError, sameShape, sub, type Tensor } from "@heed/tensor";
import { type Reduction, reduceLoss } from "./reduce-loss.js";

/** Options of {@link mseLoss}. */
export interface MseLossOptions {
  /** Default `"mean"`. */
  readonly reduction?: Reduction;
}

const rules = optionRules<MseLossOptions>({ "reduction?": ["mean", "sum", "none"] });

/**
 * Computes (prediction − target)² of every entry, and returns the mean, or with `reduction` the sum or all of them.
 *
 * - `prediction`, `target` - `[...]`, of the same shape
 * - returns a scalar `[]`, or `[...]` with `reduction: "none"`
 *
 * PyTorch: `F.mse_loss`, which broadcasts with a warning.
 *
 * @throws ShapeError when the shapes differ
 * @example
 * const loss = mseLoss(model.forward(x), target);
 * loss.backward();
 */
export function mseLoss(prediction: Tensor, target: Tensor, options: MseLossOptions = {}): Tensor {
  checkOptionKinds("mseLoss", ["prediction", "target"], rules, options);
  assertTensor("mseLoss", "prediction", prediction);
  assertTensor("mseLoss", "target", target);
  const reduction = options?.reduction;
  if (!sameShape(prediction.shape, target.shape)) {
    throw new ShapeError(
      `mseLoss: prediction ${formatShape(prediction.shape)} and target ${formatShape(target.shape)} must have the same shape; reshape one of them.`,
    );
  }
  const difference = sub(prediction, target);
  return reduceLoss(mul(difference, difference), reduction);
}
