import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./cast.op.js";
import { mul } from "./mul.op.js";
import { neg } from "./neg.op.js";
import { sin } from "./sin.op.js";

/**
 * cos x, x in radians. On the gpu backend accurate for |x| below some thousands only.
 *
 * - `x` - f32 `[...]`; returns the same shape
 */
export const cos: Op<[x: Tensor]> = primitive({
  name: "cos",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)] },
    { label: "large", args: ({ ids }) => [cast(ids(4000, 3, 5), { dtype: "f32" })] },
  ],
  output: (_params, x) => likeFloat("cos", x),
  forward: (backend, _spec, _params, x) => backend.unary("cos", x),
  vjp: ({ cotangent, inputs: [x] }) => neg(mul(cotangent, sin(x))),
});
