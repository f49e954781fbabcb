import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType } from "../rules.js";
import type { Tensor } from "../tensor.js";

/**
 * not x, of bool.
 *
 * - `x` - bool `[...]`; returns bool of the same shape
 */
export const logicalNot: Op<[x: Tensor]> = primitive({
  name: "logicalNot",
  inputs: ["x"],
  shapes: "... -> ...",
  differentiable: false,
  samples: [{ args: ({ mask }) => [mask(4, 5)] }],
  output: (_params, x) => {
    assertDType("logicalNot", "x", x, "bool");
    return x;
  },
  forward: (backend, _spec, _params, x) => backend.unary("not", x),
});
