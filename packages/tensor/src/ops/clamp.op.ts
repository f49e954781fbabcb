import { composite } from "../composite.js";
import { DTypeError } from "../errors.js";
import type { Op } from "../op.js";
import { assertDType } from "../rules.js";
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
  check: ({ min = 0, max = 0 }, x) => {
    assertDType("clamp", "x", x, "f32", "i32");
    if (x.dtype === "i32" && !(Number.isInteger(min) && Number.isInteger(max))) {
      throw new DTypeError(
        `clamp: min and max must be integers for an i32 tensor, got ${min} and ${max}; cast() the tensor first.`,
      );
    }
  },
  compose: ({ min, max }, x) => {
    const raised = min === undefined ? x : maximum(x, min);
    return max === undefined ? raised : minimum(raised, max);
  },
});
