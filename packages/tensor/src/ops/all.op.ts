import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { keptShape, type ReductionOptions } from "../reduction.js";
import { sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./cast.op.js";
import { equal } from "./equal.op.js";
import { sum } from "./sum.op.js";

/**
 * Whether every entry over some axes, by default all, is true (≠ 0), as bool; of no entries, true. PyTorch: `torch.all`.
 *
 * - `x` - `[...]`; returns the other axes, and with `keepDims` the given ones with size 1
 */
export const all: Op<[x: Tensor], ReductionOptions> = composite({
  name: "all",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean" },
  shapes: "... -> ...",
  differentiable: false,
  samples: [
    { args: ({ mask }) => [mask(3, 4)] },
    { label: "last axis", args: ({ ids }) => [ids(5, 6, 2)], params: { axis: -1 } },
    { label: "kept", args: ({ mask }) => [mask(2, 3, 2)], params: { axis: [0, 2], keepDims: true } },
  ],
  compose: (options, x) => {
    const truths = x.dtype === "bool" ? x : cast(x, { dtype: "bool" });
    const kept = sizeOf(keptShape("all", x, options));
    return equal(sum(truths, options), kept === 0 ? 0 : x.size / kept);
  },
});
