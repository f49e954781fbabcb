import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { div } from "./div.op.js";
import { mul } from "./mul.op.js";

/**
 * √x; NaN below 0, and an infinite gradient at 0.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const sqrt: Op<[x: Tensor]> = primitive({
  name: "sqrt",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ positive }) => [positive(2, 3)] }, { label: "scalar", args: ({ positive }) => [positive()] }],
  output: (_params, x) => likeFloat("sqrt", x),
  forward: (backend, _spec, _params, x) => backend.unary("sqrt", x),
  vjp: ({ cotangent, output }) => div(mul(cotangent, 0.5), output),
});
