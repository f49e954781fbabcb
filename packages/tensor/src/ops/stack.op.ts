import { composite } from "../composite.js";
import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { formatShape, normalizeAxis, sameShape } from "../shape.js";
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
  check: ({ axis }, ...tensors) => {
    const first = tensors[0]!;
    normalizeAxis("stack", axis, first.shape.length + 1);
    for (const [i, x] of tensors.entries()) {
      if (x.dtype === first.dtype && sameShape(x.shape, first.shape)) continue;
      throw new ShapeError(
        `stack: tensors[${i}] must be ${first.dtype} ${formatShape(first.shape)} like tensors[0], got ${x.dtype} ${formatShape(x.shape)}.`,
      );
    }
  },
  compose: ({ axis }, ...tensors) =>
    concat(
      tensors.map((x) => expandDims(x, { axis })),
      { axis },
    ),
});
