import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { concat } from "./concat.op.js";
import { expandDims } from "./expand-dims.op.js";

/**
 * Joins tensors of one shape along a new axis.
 *
 * - `tensors` - `[...]`, all alike; returns one axis more, as long as the list
 */
export const stack: Op<[tensors: readonly Tensor[]], { axis: number }> = composite({
  name: "stack",
  inputs: ["tensors"],
  variadic: true,
  options: { axis: "integer" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [[randn(2, 3), randn(2, 3)]], params: { axis: 1 } },
    { label: "last axis", args: ({ randn }) => [[randn(2), randn(2), randn(2)]], params: { axis: -1 } },
  ],
  compose: ({ axis }, ...tensors) =>
    concat(
      tensors.map((x) => expandDims(x, { axis })),
      { axis },
    ),
});
