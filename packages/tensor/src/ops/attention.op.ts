import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertMaskFits } from "../rules.js";
import { broadcastShapes } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { maskedSoftmax } from "./masked-softmax.op.js";
import { matmul } from "./matmul.op.js";
import { mul } from "./mul.op.js";

/**
 * weights = softmax(scale · Q Kᵀ) where the mask is true, context = weights · V; both are returned, context first. A row
 * with nothing to attend has weights and context 0.
 *
 * - `query` - `[..., q, d]`; `keys` - `[..., k, d]`; `values` - `[..., k, e]`
 * - `mask` - bool, broadcastable to `[..., q, k]`; true = may attend
 * - `scale` - by default 1/√d
 */
export const attention: Op<
  [query: Tensor, keys: Tensor, values: Tensor, mask: Tensor | null],
  { scale?: number },
  readonly [context: Tensor, weights: Tensor]
> = composite({
  name: "attention",
  inputs: ["query", "keys", "values", "mask?"],
  options: { "scale?": "number" },
  dtypes: ["f32", "f32", "f32", null],
  shapes: "... q d, ... k d, ... k e, ... -> ... q e, ... q k",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, eq. 1",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 4), randn(2, 5, 4), randn(2, 5, 6), null] },
    {
      label: "masked",
      args: ({ randn, mask }) => [randn(2, 3, 4), randn(2, 5, 4), randn(2, 5, 6), mask(2, 1, 5)],
      params: { scale: 1 },
    },
    {
      label: "heads",
      args: ({ randn, mask }) => [randn(2, 2, 3, 4), randn(2, 2, 5, 4), randn(2, 2, 5, 4), mask(2, 1, 3, 5)],
    },
    {
      label: "nothing to attend",
      args: ({ randn, nothing }) => [randn(2, 3, 4), randn(2, 5, 4), randn(2, 5, 4), nothing(2, 3, 5)],
    },
  ],
  check: (_params, query, keys, values, mask) => {
    broadcastShapes("attention", query.shape.slice(0, -2), keys.shape.slice(0, -2));
    broadcastShapes("attention", query.shape.slice(0, -2), values.shape.slice(0, -2));
    assertMaskFits("attention", mask, [...query.shape.slice(0, -1), keys.shape.at(-2)!]);
  },
  compose: ({ scale }, query, keys, values, mask) => {
    const scores = mul(matmul(query, keys, { transposeB: true }), scale ?? 1 / Math.sqrt(query.shape.at(-1)!)); // … q k
    const weights = maskedSoftmax(scores, mask);
    return [matmul(weights, values), weights];
  },
});
