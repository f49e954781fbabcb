import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, broadcastPair } from "../rules.js";
import type { Tensor } from "../tensor.js";

/**
 * a and b, of bool. Broadcasts.
 *
 * - `a`, `b` - bool `[...]`, broadcast to each other; returns bool of the broadcast shape
 */
export const logicalAnd: Op<[a: Tensor, b: Tensor]> = primitive({
  name: "logicalAnd",
  inputs: ["a", "b"],
  shapes: "..., ... -> ...",
  differentiable: false,
  samples: [
    { args: ({ mask }) => [mask(4, 5), mask(4, 5)] },
    { label: "broadcast", args: ({ mask }) => [mask(4, 1), mask(3)] },
  ],
  output: (_params, a, b) => {
    assertDType("logicalAnd", "a", a, "bool");
    return broadcastPair("logicalAnd", a, b);
  },
  forward: (backend, spec, _params, a, b) => backend.binary("and", a, b, spec.shape),
});
