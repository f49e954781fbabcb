import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertEntries } from "../reduction.js";
import { assertDType } from "../rules.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";

/**
 * Index of the first largest entry along an axis, as i32. NaN counts as the largest. PyTorch: `torch.argmax`.
 *
 * - `x` - `[...]`; returns i32, x without `axis`
 */
export const argmax: Op<[x: Tensor], { axis: number }> = primitive({
  name: "argmax",
  inputs: ["x"],
  options: { axis: "integer" },
  shapes: "... -> ...",
  differentiable: false,
  samples: [
    { args: ({ randn }) => [randn(3, 7)], params: { axis: -1 } },
    { label: "first axis", args: ({ randn }) => [randn(5, 2, 3)], params: { axis: 0 } },
  ],
  output: ({ axis }, x) => {
    assertDType("argmax", "x", x, "f32", "i32");
    assertEntries("argmax", x, { axis });
    return { shape: x.shape.toSpliced(normalizeAxis("argmax", axis, x.shape.length), 1), dtype: "i32" };
  },
  forward: (backend, _spec, { axis }, x) => backend.argmax(x, normalizeAxis("argmax", axis, x.shape.length)),
});
