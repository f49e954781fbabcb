import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { div } from "./div.op.js";
import { mul } from "./mul.op.js";

/**
 * ln(1 + x). Small x keep all their digits, where log(1 + x) would round them away: log1p(1e-10) is 1e-10. −∞ at −1, NaN
 * below. PyTorch: `torch.log1p`.
 *
 * - `x` - f32 `[...]`; returns the same shape
 */
export const log1p: Op<[x: Tensor]> = primitive({
  name: "log1p",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [
    { args: ({ positive }) => [positive(2, 3)] },
    { label: "small", args: ({ randn }) => [mul(randn(3, 4), 1e-3)] },
    { label: "negative", args: ({ positive }) => [mul(positive(2, 2), -0.45)] },
  ],
  output: (_params, x) => likeFloat("log1p", x),
  forward: (backend, _spec, _params, x) => backend.unary("log1p", x),
  vjp: ({ cotangent, inputs: [x] }) => div(cotangent, add(x, 1)),
});
