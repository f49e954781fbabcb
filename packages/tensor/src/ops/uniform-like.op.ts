import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import type { Tensor } from "../tensor.js";

/**
 * Numbers in [0, 1) with the shape of x: a function of the seed (an unsigned 32-bit integer) alone, on every backend.
 *
 * - `x` - `[...]`; returns f32 of the same shape
 */
export const uniformLike: Op<[x: Tensor], { seed: number }> = primitive({
  name: "uniformLike",
  inputs: ["x"],
  options: { seed: "integer" },
  shapes: "... -> ...",
  differentiable: false,
  samples: [{ args: ({ randn }) => [randn(5, 7)], params: { seed: 4_000_000_007 } }],
  output: (_params, x) => ({ shape: x.shape, dtype: "f32" }),
  forward: (backend, _spec, { seed }, x) => backend.uniform(x.size, seed >>> 0),
});
