import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./mul.op.js";
import { sub } from "./sub.op.js";

/**
 * The hyperbolic tangent, in [−1, 1].
 *
 * - `x` - `[...]`; returns the same shape
 */
export const tanh: Op<[x: Tensor]> = primitive({
  name: "tanh",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }, { label: "scalar", args: ({ randn }) => [randn()] }],
  output: (_params, x) => likeFloat("tanh", x),
  forward: (backend, _spec, _params, x) => backend.unary("tanh", x),
  vjp: ({ cotangent, output }) => mul(cotangent, sub(1, mul(output, output))),
});
