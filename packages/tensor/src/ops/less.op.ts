import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, broadcastPair } from "../rules.js";
import type { Tensor } from "../tensor.js";

/**
 * a < b, as bool. Broadcasts; a plain number counts as a scalar.
 *
 * - `a`, `b` - `[...]`, broadcast to each other; returns bool of the broadcast shape
 */
export const less: Op<[a: Tensor | number, b: Tensor | number]> = primitive({
  name: "less",
  inputs: ["a", "b"],
  numbers: true,
  shapes: "..., ... -> ...",
  differentiable: false,
  samples: [
    { args: ({ ids }) => [ids(3, 4, 5), ids(3, 4, 5)] },
    { label: "broadcast f32", args: ({ randn }) => [randn(2, 1, 3), randn(4, 1)] },
    { label: "number", args: ({ ids }) => [ids(3, 7), 1] },
  ],
  output: (_params, a, b) => {
    assertDType("less", "a", a, "f32", "i32");
    return broadcastPair("less", a, b, "bool");
  },
  forward: (backend, spec, _params, a, b) => backend.binary("less", a, b, spec.shape),
});
