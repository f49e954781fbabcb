import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./cast.op.js";
import { mul } from "./mul.op.js";
import { sub } from "./sub.op.js";

/**
 * The nearest whole number, as f32; a half goes to the even neighbour (0.5 → 0, 1.5 → 2, 2.5 → 2), as in PyTorch. No
 * gradient flows through it.
 *
 * - `x` - f32 `[...]`; returns the same shape
 */
export const round: Op<[x: Tensor]> = primitive({
  name: "round",
  inputs: ["x"],
  shapes: "... -> ...",
  differentiable: false,
  samples: [
    { args: ({ randn }) => [mul(randn(2, 3), 5)] },
    { label: "halves", args: ({ ids }) => [mul(sub(cast(ids(9, 4, 5), { dtype: "f32" }), 4), 0.5)] },
  ],
  output: (_params, x) => likeFloat("round", x),
  forward: (backend, _spec, _params, x) => backend.unary("round", x),
});
