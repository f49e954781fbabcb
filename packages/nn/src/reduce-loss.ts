import { HeedError } from "@heed/core";
import { mean, sum, type Tensor } from "@heed/tensor";

/** What becomes of the losses of all entries: their `mean` (the default), their `sum`, or with `none` nothing. */
export type Reduction = "mean" | "sum" | "none";

/** Reduces losses, one for each entry. */
export function reduceLoss(op: string, losses: Tensor, reduction: Reduction = "mean"): Tensor {
  if (reduction === "none") return losses;
  if (reduction === "sum") return sum(losses);
  if (reduction === "mean") return mean(losses);
  throw new HeedError(`${op}: reduction must be "mean", "sum" or "none", got ${JSON.stringify(reduction)}.`);
}
