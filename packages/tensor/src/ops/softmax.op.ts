import { composite } from "../composite.js";
import { detach } from "../detach.js";
import type { Op } from "../op.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { div } from "./div.op.js";
import { exp } from "./exp.op.js";
import { max } from "./max.op.js";
import { sub } from "./sub.op.js";
import { sum } from "./sum.op.js";

/**
 * exp(xᵢ) / Σⱼ exp(xⱼ) along an axis. The largest x is taken off first, so that nothing overflows.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const softmax: Op<[x: Tensor], { axis: number }> = composite({
  name: "softmax",
  inputs: ["x"],
  options: { axis: "integer" },
  dtypes: ["f32"],
  shapes: "... -> ...",
  reference: "Bridle 1990",
  samples: [
    { args: ({ randn }) => [randn(2, 3)], params: { axis: -1 } },
    { label: "first axis", args: ({ randn }) => [randn(4, 3)], params: { axis: 0 } },
    { label: "sequences", args: ({ randn }) => [randn(2, 3, 5)], params: { axis: -1 } },
  ],
  check: ({ axis }, x) => {
    normalizeAxis("softmax", axis, x.shape.length);
  },
  compose: ({ axis }, x) => {
    if (x.size === 0) return x;
    const e = exp(sub(x, detach(max(x, { axis, keepDims: true }))));
    return div(e, sum(e, { axis, keepDims: true }));
  },
});
