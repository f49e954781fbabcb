import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";

/**
 * −x
 *
 * - `x` - `[...]`; returns the same shape
 */
export const neg: Op<[x: Tensor]> = primitive({
  name: "neg",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }, { label: "scalar", args: ({ randn }) => [randn()] }],
  output: (_params, x) => likeFloat("neg", x),
  forward: (backend, _spec, _params, x) => backend.unary("neg", x),
  vjp: ({ cotangent }) => neg(cotangent),
});
