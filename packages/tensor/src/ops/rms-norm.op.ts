import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { div } from "./div.op.js";
import { mean } from "./mean.op.js";
import { mul } from "./mul.op.js";
import { sqrt } from "./sqrt.op.js";

/**
 * x / √(mean(x²) + ε) · weight over the last axis. PyTorch: `F.rms_norm`, whose ε is 1.19e-7 in f32, as here.
 *
 * - `x` - `[..., d]`; returns the same shape
 * - `weight` - `[d]` or null
 */
export const rmsNorm: Op<[x: Tensor, weight: Tensor | null], { epsilon?: number }> = composite({
  name: "rmsNorm",
  inputs: ["x", "weight?"],
  options: { "epsilon?": "number" },
  dtypes: ["f32", "f32"],
  shapes: "... d, d -> ... d",
  reference: "Zhang and Sennrich 2019, arXiv:1910.07467",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 5), randn(5)] },
    { label: "plain", args: ({ randn }) => [randn(4, 6), null], params: { epsilon: 1e-3 } },
  ],
  check: ({ epsilon = 0 }) => {
    if (!(epsilon >= 0)) throw new HeedError(`rmsNorm: epsilon must be a number ≥ 0, got ${epsilon}.`);
  },
  compose: ({ epsilon = 2 ** -23 }, x, weight) => {
    const size = sqrt(add(mean(mul(x, x), { axis: -1, keepDims: true }), epsilon));
    const normal = div(x, size);
    return weight ? mul(normal, weight) : normal;
  },
});
