import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./mul.op.js";
import { sigmoid } from "./sigmoid.op.js";

/**
 * x · σ(x), elementwise; also called swish. PyTorch: `F.silu`.
 *
 * - `x` - f32 `[...]`; returns the same shape
 */
export const silu: Op<[x: Tensor]> = composite({
  name: "silu",
  inputs: ["x"],
  dtypes: ["f32"],
  shapes: "... -> ...",
  reference: "Elfwing et al. 2017, arXiv:1702.03118",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }, { label: "large", args: ({ randn }) => [mul(randn(2, 3), 50)] }],
  compose: (_params, x) => mul(x, sigmoid(x)),
});
