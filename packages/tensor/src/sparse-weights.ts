import { detach } from "./detach.js";
import { expandDims } from "./ops/expand-dims.op.js";
import { greaterEqual } from "./ops/greater-equal.op.js";
import { max } from "./ops/max.op.js";
import { maximum } from "./ops/maximum.op.js";
import { mul } from "./ops/mul.op.js";
import { relu } from "./ops/relu.op.js";
import { sub } from "./ops/sub.op.js";
import { sum } from "./ops/sum.op.js";
import { where } from "./ops/where.op.js";
import { scope } from "./scope.js";
import type { Tensor } from "./tensor.js";

/**
 * What sparse weights are made from. They do not change when every score of a row does by the same, and what lies 1 below
 * the largest has none: with the largest taken off, and the rest cut off at −2, scores of any size are handled exactly.
 *
 * @returns `[..., k]`: at most 0; −2 where masked, so in the whole row where nothing may be attended
 */
export function belowLargest(scores: Tensor, mask: Tensor | null): Tensor {
  const largest = detach(
    max(mask ? where(mask, scores, Number.NEGATIVE_INFINITY) : scores, { axis: -1, keepDims: true }),
  ); // … 1
  const z = maximum(sub(scores, largest), -2);
  return mask ? where(mask, z, -2) : z;
}

/**
 * Which entries have no weight, where weights are max(z − τ, 0)^`power` and sum to 1. The sum only falls as τ rises, so
 * an entry lies above τ when the sum at its own height, Σⱼ max(zⱼ − zᵢ, 0)^`power`, is less than 1: no need to sort.
 *
 * @param z - `[..., k]` as from {@link belowLargest}
 * @returns bool `[..., k]`; false for NaN, which so comes out as NaN
 */
export function outsideSupport(z: Tensor, power: 1 | 2): Tensor {
  // Of the comparisons of each with each nothing is kept, nor does a gradient flow through them.
  return scope(() => {
    const fixed = detach(z);
    const above = relu(sub(expandDims(fixed, { axis: -2 }), expandDims(fixed, { axis: -1 }))); // … i j
    return greaterEqual(sum(power === 1 ? above : mul(above, above), { axis: -1 }), 1);
  });
}
