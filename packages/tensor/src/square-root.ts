import { equal } from "./ops/equal.op.js";
import { sqrt } from "./ops/sqrt.op.js";
import { where } from "./ops/where.op.js";
import type { Tensor } from "./tensor.js";

/** √x with the gradient 0 at 0, where that of `sqrt` is ∞. NaN stays NaN. */
export function squareRoot(x: Tensor): Tensor {
  const zero = equal(x, 0);
  return where(zero, 0, sqrt(where(zero, 1, x)));
}
