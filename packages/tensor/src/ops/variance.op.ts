import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { keptShape, type ReductionOptions } from "../reduction.js";
import { assertDType } from "../rules.js";
import { sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { cast } from "./cast.op.js";
import { div } from "./div.op.js";
import { mean } from "./mean.op.js";
import { mul } from "./mul.op.js";
import { sub } from "./sub.op.js";
import { sum } from "./sum.op.js";

/** Options of {@link variance} and `std`. */
export interface VarianceOptions extends ReductionOptions {
  /** Taken off the number of entries, n: 1 (the default) gives the unbiased estimate, 0 the mean squared deviation. */
  readonly correction?: number;
}

/**
 * Σ (x − mean)² / (n − correction) over some axes, by default all. The mean is taken off first, so that a large mean costs
 * no digits. With n = 1 and the default correction the result is NaN, as in PyTorch. PyTorch: `torch.var`; `var` is a
 * reserved word of JavaScript.
 *
 * - `x` - `[...]`; returns the other axes, and with `keepDims` the given ones with size 1
 *
 * @throws HeedError when `correction` is not a number ≥ 0
 */
export const variance: Op<[x: Tensor], VarianceOptions> = composite({
  name: "variance",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean", "correction?": "number" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 4)] },
    { label: "last axis, biased", args: ({ randn }) => [randn(2, 5)], params: { axis: -1, correction: 0 } },
    { label: "two axes kept", args: ({ randn }) => [randn(2, 5, 3)], params: { axis: [0, 2], keepDims: true } },
    { label: "large mean", args: ({ ids }) => [add(cast(ids(9, 4, 6), { dtype: "f32" }), 1000)], params: { axis: 0 } },
  ],
  check: ({ correction = 1 }, x) => {
    assertDType("variance", "x", x, "f32");
    assertCorrection("variance", correction);
  },
  compose: ({ correction = 1, ...options }, x) => {
    const count = x.size / sizeOf(keptShape("variance", x, options));
    const centred = sub(x, mean(x, { ...options, keepDims: true }));
    return div(sum(mul(centred, centred), options), Math.max(0, count - correction));
  },
});

/**
 * Checks the correction of {@link variance} and `std`.
 * @throws HeedError unless it is a finite number ≥ 0
 */
export function assertCorrection(op: string, correction: number): void {
  if (correction >= 0 && correction < Number.POSITIVE_INFINITY) return;
  throw new HeedError(`${op}: correction must be a finite number ≥ 0, got ${correction}.`);
}
