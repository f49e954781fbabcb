import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { ReductionOptions } from "../reduction.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./cast.op.js";
import { notEqual } from "./not-equal.op.js";
import { sum } from "./sum.op.js";

/**
 * Whether any entry over some axes, by default all, is true (≠ 0), as bool; of no entries, false. PyTorch: `torch.any`.
 *
 * - `x` - `[...]`; returns the other axes, and with `keepDims` the given ones with size 1
 */
export const any: Op<[x: Tensor], ReductionOptions> = composite({
  name: "any",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean" },
  shapes: "... -> ...",
  differentiable: false,
  samples: [
    { args: ({ mask }) => [mask(3, 4)] },
    { label: "last axis", args: ({ ids }) => [ids(2, 6, 2)], params: { axis: -1 } },
    { label: "kept", args: ({ mask }) => [mask(2, 3, 2)], params: { axis: [0, 2], keepDims: true } },
  ],
  compose: (options, x) => notEqual(sum(x.dtype === "bool" ? x : cast(x, { dtype: "bool" }), options), 0),
});
