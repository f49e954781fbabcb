import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { div } from "./div.op.js";
import { mean } from "./mean.op.js";
import { mul } from "./mul.op.js";
import { sqrt } from "./sqrt.op.js";
import { sub } from "./sub.op.js";

/**
 * (x − mean) / √(variance + ε) · weight + bias over the last axis; the variance is the biased one.
 *
 * - `x` - `[..., d]`; `weight`, `bias` - `[d]` or null; returns `[..., d]`
 */
export const layerNorm: Op<[x: Tensor, weight: Tensor | null, bias: Tensor | null], { epsilon?: number }> = composite({
  name: "layerNorm",
  inputs: ["x", "weight?", "bias?"],
  options: { "epsilon?": "number" },
  dtypes: ["f32", "f32", "f32"],
  shapes: "... d, d, d -> ... d",
  reference: "Ba et al. 2016, arXiv:1607.06450",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 5), randn(5), randn(5)] },
    { label: "plain", args: ({ randn }) => [randn(4, 6), null, null], params: { epsilon: 1e-3 } },
  ],
  check: ({ epsilon = 0 }) => {
    if (!(epsilon >= 0)) throw new HeedError(`layerNorm: epsilon must be a number ≥ 0, got ${epsilon}.`);
  },
  compose: ({ epsilon = 1e-5 }, x, weight, bias) => {
    const centred = sub(x, mean(x, { axis: -1, keepDims: true }));
    const variance = mean(mul(centred, centred), { axis: -1, keepDims: true });
    const normal = div(centred, sqrt(add(variance, epsilon)));
    const scaled = weight ? mul(normal, weight) : normal;
    return bias ? add(scaled, bias) : scaled;
  },
});
