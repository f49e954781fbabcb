import { full } from "../create.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { greater } from "./greater.op.js";
import { where } from "./where.op.js";

/**
 * max(x, 0); the gradient at 0 is 0.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const relu: Op<[x: Tensor]> = primitive({
  name: "relu",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }, { label: "scalar", args: ({ randn }) => [randn()] }],
  output: (_params, x) => likeFloat("relu", x),
  forward: (backend, _spec, _params, x) => backend.unary("relu", x),
  vjp: ({ cotangent, inputs: [x] }) => where(greater(x, 0), cotangent, full([], 0, "f32", x.backend)),
});
