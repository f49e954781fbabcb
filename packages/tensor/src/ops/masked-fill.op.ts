import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertDType, assertMaskFits } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { where } from "./where.op.js";

/**
 * `x` with `value` wherever the (broadcast) mask is true. As PyTorch's `masked_fill`.
 *
 * - `x` - `[...]`; `mask` - bool, broadcastable to x; returns the shape of x
 */
export const maskedFill: Op<[x: Tensor, mask: Tensor], { value: number }> = composite({
  name: "maskedFill",
  inputs: ["x", "mask"],
  options: { value: "value" },
  shapes: "..., ... -> ...",
  samples: [{ args: ({ randn, mask }) => [randn(2, 3, 4), mask(2, 1, 4)], params: { value: -5 } }],
  check: (_params, x, mask) => {
    assertDType("maskedFill", "x", x, "f32", "i32");
    assertMaskFits("maskedFill", mask, x.shape);
  },
  compose: ({ value }, x, mask) => where(mask, value, x),
});
