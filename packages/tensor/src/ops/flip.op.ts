import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { slice } from "./slice.op.js";

/**
 * Reverses the order along one axis, or several. PyTorch: `torch.flip`.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const flip: Op<[x: Tensor], { axis: number | readonly number[] }> = composite({
  name: "flip",
  inputs: ["x"],
  options: { axis: "axes" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 5)], params: { axis: -1 } },
    { label: "two axes", args: ({ randn }) => [randn(3, 2, 4)], params: { axis: [0, 2] } },
  ],
  compose: ({ axis }, x) =>
    (typeof axis === "number" ? [axis] : axis).reduce((flipped, each) => slice(flipped, { axis: each, step: -1 }), x),
});
