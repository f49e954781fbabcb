import { full } from "../create.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { lessEqual } from "./less-equal.op.js";
import { where } from "./where.op.js";

/**
 * max(x, 0), NaN where x is NaN; the gradient at 0 is 0, and at NaN 1. PyTorch: `torch.relu`.
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
  vjp: ({ cotangent, inputs: [x] }) => where(lessEqual(x, 0), full([], 0, "f32", x.backend), cotangent),
});
