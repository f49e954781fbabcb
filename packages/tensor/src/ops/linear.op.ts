import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { matmul } from "./matmul.op.js";
import { reshape } from "./reshape.op.js";

/**
 * x Wᵀ + b over the last axis. PyTorch: `F.linear`.
 *
 * - `x` - `[..., i]`; `weight` - `[o, i]`; `bias` - `[o]` or null; returns `[..., o]`
 */
export const linear: Op<[x: Tensor, weight: Tensor, bias: Tensor | null]> = composite({
  name: "linear",
  inputs: ["x", "weight", "bias?"],
  dtypes: ["f32", "f32", "f32"],
  shapes: "... i, o i, o -> ... o",
  samples: [
    { args: ({ randn }) => [randn(4, 3), randn(5, 3), randn(5)] },
    { label: "no bias", args: ({ randn }) => [randn(4, 3), randn(5, 3), null] },
    { label: "sequences", args: ({ randn }) => [randn(2, 4, 3), randn(5, 3), randn(5)] },
  ],
  compose: (_params, x, weight, bias) => {
    const inputs = x.shape.at(-1)!;
    const product = matmul(reshape(x, { shape: [-1, inputs] }), weight, { transposeB: true });
    const shifted = bias ? add(product, bias) : product;
    return reshape(shifted, { shape: [...x.shape.slice(0, -1), weight.shape[0]!] });
  },
});
