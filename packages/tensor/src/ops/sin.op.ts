import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./cast.op.js";
import { cos } from "./cos.op.js";
import { mul } from "./mul.op.js";

/**
 * sin x, x in radians. On the gpu backend accurate for |x| below some thousands only.
 *
 * - `x` - f32 `[...]`; returns the same shape
 */
export const sin: Op<[x: Tensor]> = primitive({
  name: "sin",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)] },
    { label: "large", args: ({ ids }) => [cast(ids(4000, 3, 5), { dtype: "f32" })] },
  ],
  output: (_params, x) => likeFloat("sin", x),
  forward: (backend, _spec, _params, x) => backend.unary("sin", x),
  vjp: ({ cotangent, inputs: [x] }) => mul(cotangent, cos(x)),
});
