import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./mul.op.js";
import { sign } from "./sign.op.js";

/**
 * |x|; the gradient at 0 is 0.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const abs: Op<[x: Tensor]> = primitive({
  name: "abs",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }, { label: "scalar", args: ({ randn }) => [randn()] }],
  output: (_params, x) => likeFloat("abs", x),
  forward: (backend, _spec, _params, x) => backend.unary("abs", x),
  vjp: ({ cotangent, inputs: [x] }) => mul(cotangent, sign(x)),
});
