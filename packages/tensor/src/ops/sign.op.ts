import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";

/**
 * −1, 0 or 1. No gradient flows through it.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const sign: Op<[x: Tensor]> = primitive({
  name: "sign",
  inputs: ["x"],
  shapes: "... -> ...",
  differentiable: false,
  samples: [{ args: ({ randn }) => [randn(2, 3)] }],
  output: (_params, x) => likeFloat("sign", x),
  forward: (backend, _spec, _params, x) => backend.unary("sign", x),
});
