import { composite } from "../composite.js";
import { detach } from "../detach.js";
import type { Op } from "../op.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { exp } from "./exp.op.js";
import { log } from "./log.op.js";
import { max } from "./max.op.js";
import { sub } from "./sub.op.js";
import { sum } from "./sum.op.js";

/**
 * xᵢ − log Σⱼ exp(xⱼ) along an axis: the logarithm of softmax, without overflow or log of 0.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const logSoftmax: Op<[x: Tensor], { axis: number }> = composite({
  name: "logSoftmax",
  inputs: ["x"],
  options: { axis: "integer" },
  dtypes: ["f32"],
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 5)], params: { axis: -1 } },
    { label: "middle axis", args: ({ randn }) => [randn(2, 3, 4)], params: { axis: 1 } },
  ],
  check: ({ axis }, x) => {
    normalizeAxis("logSoftmax", axis, x.shape.length);
  },
  compose: ({ axis }, x) => {
    if (x.size === 0) return x;
    const options = { axis, keepDims: true };
    const lower = sub(x, detach(max(x, options))); // the digits of large x are not lost
    return sub(lower, log(sum(exp(lower), options)));
  },
});
