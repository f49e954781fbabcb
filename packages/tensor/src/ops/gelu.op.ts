import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { erf } from "./erf.op.js";
import { mul } from "./mul.op.js";
import { tanh } from "./tanh.op.js";

/**
 * The Gaussian error linear unit, x · Φ(x) = x/2 · (1 + erf(x/√2)); with `approximate: "tanh"`,
 * x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))). As PyTorch's `gelu`.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const gelu: Op<[x: Tensor], { approximate?: "none" | "tanh" }> = composite({
  name: "gelu",
  inputs: ["x"],
  options: { "approximate?": ["none", "tanh"] },
  dtypes: ["f32"],
  shapes: "... -> ...",
  reference: "Hendrycks and Gimpel 2016, arXiv:1606.08415",
  samples: [
    { args: ({ randn }) => [randn(2, 3)] },
    { label: "tanh", args: ({ randn }) => [randn(2, 3)], params: { approximate: "tanh" } },
  ],
  compose: ({ approximate = "none" }, x) => {
    if (approximate === "none") return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
    const inner = mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI));
    return mul(mul(x, 0.5), add(tanh(inner), 1));
  },
});
