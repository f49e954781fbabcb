import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./mul.op.js";

/**
 * eˣ; overflows to ∞ above about 88.7 in f32.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const exp: Op<[x: Tensor]> = primitive({
  name: "exp",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }, { label: "scalar", args: ({ randn }) => [randn()] }],
  output: (_params, x) => likeFloat("exp", x),
  forward: (backend, _spec, _params, x) => backend.unary("exp", x),
  vjp: ({ cotangent, output }) => mul(cotangent, output),
});
