import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { exp } from "./exp.op.js";
import { mul } from "./mul.op.js";
import { neg } from "./neg.op.js";

/**
 * The error function 2/√π ∫₀ˣ exp(−t²) dt.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const erf: Op<[x: Tensor]> = primitive({
  name: "erf",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }, { label: "scalar", args: ({ randn }) => [randn()] }],
  output: (_params, x) => likeFloat("erf", x),
  forward: (backend, _spec, _params, x) => backend.unary("erf", x),
  vjp: ({ cotangent, inputs: [x] }) => mul(cotangent, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
});
