import { mean, sum, type Tensor } from "@heed/tensor";

/** What becomes of the losses of all entries: their `mean` (the default), their `sum`, or with `none` nothing. */
export type Reduction = "mean" | "sum" | "none";

/** Reduces losses, one for each entry. */
export function reduceLoss(losses: Tensor, reduction: Reduction = "mean"): Tensor {
  if (reduction === "none") return losses;
  if (reduction === "sum") return sum(losses);
  return mean(losses);
}
