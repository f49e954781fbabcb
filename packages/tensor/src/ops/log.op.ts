import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { likeFloat } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { div } from "./div.op.js";

/**
 * The natural logarithm; −∞ at 0, NaN below.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const log: Op<[x: Tensor]> = primitive({
  name: "log",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ positive }) => [positive(2, 3)] }, { label: "scalar", args: ({ positive }) => [positive()] }],
  output: (_params, x) => likeFloat("log", x),
  forward: (backend, _spec, _params, x) => backend.unary("log", x),
  vjp: ({ cotangent, inputs: [x] }) => div(cotangent, x),
});
