import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertEntries } from "../reduction.js";
import { assertDType } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { argmax } from "./argmax.op.js";
import { neg } from "./neg.op.js";
import { sub } from "./sub.op.js";

/**
 * Index of the first smallest entry along an axis, as i32. NaN counts as the smallest. PyTorch: `torch.argmin`.
 *
 * - `x` - f32 or i32 `[...]`; returns i32, x without the axis
 */
export const argmin: Op<[x: Tensor], { axis: number }> = composite({
  name: "argmin",
  inputs: ["x"],
  options: { axis: "integer" },
  shapes: "... -> ...",
  differentiable: false,
  samples: [
    { args: ({ randn }) => [randn(3, 7)], params: { axis: -1 } },
    { label: "first axis", args: ({ randn }) => [randn(5, 2, 3)], params: { axis: 0 } },
    { label: "equal values", args: ({ ids }) => [ids(3, 4, 6)], params: { axis: 1 } },
  ],
  check: (params, x) => {
    assertDType("argmin", "x", x, "f32", "i32");
    assertEntries("argmin", x, params);
  },
  // −1 − x has no overflow, which −x has at the smallest integer.
  compose: (params, x) => argmax(x.dtype === "i32" ? sub(-1, x) : neg(x), params),
});
