import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { reshape } from "./reshape.op.js";

/**
 * Inserts an axis of size 1 at `axis` of the result. PyTorch: `unsqueeze`.
 *
 * - `x` - `[...]`; returns one axis more
 */
export const expandDims: Op<[x: Tensor], { axis: number }> = composite({
  name: "expandDims",
  inputs: ["x"],
  options: { axis: "integer" },
  newAxis: true,
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)], params: { axis: 1 } },
    { label: "at the end", args: ({ randn }) => [randn(2, 3)], params: { axis: -1 } },
  ],
  compose: ({ axis }, x) =>
    reshape(x, { shape: x.shape.toSpliced(normalizeAxis("expandDims", axis, x.shape.length + 1), 0, 1) }),
});
