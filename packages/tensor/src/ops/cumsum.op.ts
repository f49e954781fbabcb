import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { cast } from "./cast.op.js";
import { pad } from "./pad.op.js";
import { slice } from "./slice.op.js";

/**
 * Sums of the first 1, 2, 3, … entries along an axis; of bool, counts as i32. Made in log₂ n steps, each of which adds x
 * shifted by a power of two: rounding errors grow with log n, and take as many copies of x. PyTorch: `torch.cumsum`.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const cumsum: Op<[x: Tensor], { axis: number }> = composite({
  name: "cumsum",
  inputs: ["x"],
  options: { axis: "integer" },
  shapes: "... -> ...",
  reference: "Hillis and Steele 1986",
  samples: [
    { args: ({ randn }) => [randn(2, 7)], params: { axis: -1 } },
    { label: "first axis", args: ({ randn }) => [randn(4, 3)], params: { axis: 0 } },
    { label: "i32", args: ({ ids }) => [ids(9, 2, 5, 2)], params: { axis: 1 } },
    { label: "of bool", args: ({ mask }) => [mask(3, 6)], params: { axis: 1 } },
  ],
  compose: ({ axis }, x) => {
    const length = x.shape[normalizeAxis("cumsum", axis, x.shape.length)]!;
    let total = x.dtype === "bool" ? cast(x, { dtype: "i32" }) : x;
    for (let shift = 1; shift < length; shift *= 2) {
      const earlier = slice(total, { axis, start: 0, end: length - shift });
      total = add(total, pad(earlier, { axis, before: shift }));
    }
    return total;
  },
});
