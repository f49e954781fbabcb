import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { keptShape, type ReductionOptions } from "../reduction.js";
import { sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./cast.op.js";
import { mul } from "./mul.op.js";
import { sum } from "./sum.op.js";

/**
 * The mean over some axes, by default all, as f32; of bool, the share of true.
 *
 * - `x` - `[...]`; returns x without the reduced axes, or with `keepDims` with size 1 there
 */
export const mean: Op<[x: Tensor], ReductionOptions> = composite({
  name: "mean",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)] },
    { label: "of bool", args: ({ mask }) => [mask(3, 4)] },
    { label: "axis kept", args: ({ randn }) => [randn(2, 3, 4)], params: { axis: 1, keepDims: true } },
  ],
  compose: (params, x) => {
    const values = x.dtype === "f32" ? x : cast(x, { dtype: "f32" });
    return mul(sum(values, params), sizeOf(keptShape("mean", x, params)) / x.size);
  },
});
