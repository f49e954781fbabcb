import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, broadcastPair } from "../rules.js";
import type { Tensor } from "../tensor.js";

/**
 * a or b, of bool. Broadcasts.
 *
 * - `a`, `b` - bool `[...]`, broadcast to each other; returns bool of the broadcast shape
 */
export const logicalOr: Op<[a: Tensor, b: Tensor]> = primitive({
  name: "logicalOr",
  inputs: ["a", "b"],
  shapes: "..., ... -> ...",
  differentiable: false,
  samples: [
    { args: ({ mask }) => [mask(4, 5), mask(4, 5)] },
    { label: "broadcast", args: ({ mask }) => [mask(4, 1), mask(3)] },
  ],
  output: (_params, a, b) => {
    assertDType("logicalOr", "a", a, "bool");
    return broadcastPair("logicalOr", a, b);
  },
  forward: (backend, spec, _params, a, b) => backend.binary("or", a, b, spec.shape),
});
