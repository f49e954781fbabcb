import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { logSumExp } from "./log-sum-exp.op.js";
import { sub } from "./sub.op.js";

/**
 * xᵢ − log Σⱼ exp(xⱼ) along an axis: the logarithm of softmax, without overflow or log of 0.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const logSoftmax: Op<[x: Tensor], { axis: number }> = composite({
  name: "logSoftmax",
  inputs: ["x"],
  options: { axis: "integer" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 5)], params: { axis: -1 } },
    { label: "middle axis", args: ({ randn }) => [randn(2, 3, 4)], params: { axis: 1 } },
  ],
  check: ({ axis }, x) => {
    normalizeAxis("logSoftmax", axis, x.shape.length);
  },
  compose: ({ axis }, x) => sub(x, logSumExp(x, { axis, keepDims: true })),
});
