import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./mul.op.js";
import { sub } from "./sub.op.js";

/**
 * 1 / (1 + e⁻ˣ), in [0, 1]; saturates without overflow.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const sigmoid: Op<[x: Tensor]> = primitive({
  name: "sigmoid",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }, { label: "scalar", args: ({ randn }) => [randn()] }],
  output: (_params, x) => likeFloat("sigmoid", x),
  forward: (backend, _spec, _params, x) => backend.unary("sigmoid", x),
  vjp: ({ cotangent, output }) => mul(cotangent, mul(output, sub(1, output))),
});
