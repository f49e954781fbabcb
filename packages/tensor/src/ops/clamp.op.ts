import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { maximum } from "./maximum.op.js";
import { minimum } from "./minimum.op.js";

/**
 * x, kept within [min, max]; no gradient where it was cut.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const clamp: Op<[x: Tensor], { min?: number; max?: number }> = composite({
  name: "clamp",
  inputs: ["x"],
  options: { "min?": "number", "max?": "number" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(4, 5)], params: { min: -0.5, max: 0.7 } },
    { label: "one side", args: ({ randn }) => [randn(4, 5)], params: { max: 0.1 } },
  ],
  compose: ({ min, max }, x) => {
    const raised = min === undefined ? x : maximum(x, min);
    return max === undefined ? raised : minimum(raised, max);
  },
});
