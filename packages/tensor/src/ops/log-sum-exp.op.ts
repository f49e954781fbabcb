import { composite } from "../composite.js";
import { full } from "../create.js";
import { detach } from "../detach.js";
import type { Op } from "../op.js";
import { keptShape, type ReductionOptions, reductionSpec } from "../reduction.js";
import type { Tensor } from "../tensor.js";
import { abs } from "./abs.op.js";
import { add } from "./add.op.js";
import { exp } from "./exp.op.js";
import { less } from "./less.op.js";
import { log } from "./log.op.js";
import { max } from "./max.op.js";
import { reshape } from "./reshape.op.js";
import { sub } from "./sub.op.js";
import { sum } from "./sum.op.js";
import { where } from "./where.op.js";

/**
 * log Σ exp(x) over some axes, by default all. The largest x is taken off first, so that nothing overflows.
 *
 * - `x` - `[...]`; returns x without the reduced axes, or with `keepDims` with size 1 there
 */
export const logSumExp: Op<[x: Tensor], ReductionOptions> = composite({
  name: "logSumExp",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean" },
  dtypes: ["f32"],
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)], params: { axis: -1 } },
    { label: "all", args: ({ randn }) => [randn(2, 3)] },
    { label: "kept", args: ({ randn }) => [randn(2, 3, 4)], params: { axis: 1, keepDims: true } },
  ],
  compose: (params, x) => {
    const { shape } = reductionSpec("logSumExp", x, params);
    if (x.size === 0) return full(shape, Number.NEGATIVE_INFINITY, "f32", x.backend);
    const kept = { ...params, keepDims: true };
    const top = reshape(detach(max(x, kept)), { shape: keptShape("logSumExp", x, params) });
    // Nothing can be taken off when all are −∞, or one is ∞.
    const largest = where(less(abs(top), Number.POSITIVE_INFINITY), top, 0);
    const value = add(log(sum(exp(sub(x, largest)), kept)), largest);
    return reshape(value, { shape });
  },
});
