import { add, div, log, maximum, mul, neg, sum, type Tensor } from "@heed/tensor";

/** Added to a weight before its logarithm: a weight of 0 has a finite loss. */
const epsilon = 1e-8;

/**
 * Computes the cross-entropy of attention weights against a known alignment: −Σ_t Σ_s A_ts log α_ts, where each row of A is
 * divided by its sum. A target position that is aligned to nothing, such as `<eos>` or padding, adds nothing.
 *
 * Source: Chen et al. 2016, arXiv:1607.01628 (guided alignment, cross-entropy).
 *
 * @param weights - α, `[b, t, s]`, in [0, 1]
 * @param alignment - `[b, t, s]`: 1 where a target token is aligned to a source position, otherwise 0
 * @returns a scalar `[]`, in nats, summed over the target positions
 */
export function guidedAlignmentLoss(weights: Tensor, alignment: Tensor): Tensor {
  const links = maximum(sum(alignment, { axis: -1, keepDims: true }), 1); // b t 1
  return neg(sum(mul(div(alignment, links), log(add(weights, epsilon)))));
}
