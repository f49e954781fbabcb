import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./mul.op.js";

/**
 * The largest whole number that is not above x, as f32. No gradient flows through it.
 *
 * - `x` - f32 `[...]`; returns the same shape
 */
export const floor: Op<[x: Tensor]> = primitive({
  name: "floor",
  inputs: ["x"],
  shapes: "... -> ...",
  differentiable: false,
  samples: [{ args: ({ randn }) => [mul(randn(2, 3), 5)] }],
  output: (_params, x) => likeFloat("floor", x),
  forward: (backend, _spec, _params, x) => backend.unary("floor", x),
});
