import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, broadcastPair, sumTo } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { neg } from "./neg.op.js";

/**
 * a − b. Broadcasts; a plain number counts as a scalar. f32 with f32, or i32 with i32.
 *
 * - `a`, `b` - `[...]`, broadcast to each other; returns the broadcast shape
 */
export const sub: Op<[a: Tensor | number, b: Tensor | number]> = primitive({
  name: "sub",
  inputs: ["a", "b"],
  numbers: true,
  shapes: "..., ... -> ...",
  samples: [
    { args: ({ randn, positive }) => [randn(2, 3), positive(2, 3)] },
    { label: "broadcast", args: ({ randn, positive }) => [randn(2, 1, 3), positive(4, 1)] },
    { label: "number", args: ({ positive }) => [positive(2, 3), 1.5] },
    { label: "number first", args: ({ positive }) => [1.5, positive(2, 3)] },
  ],
  output: (_params, a, b) => {
    assertDType("sub", "a", a, "f32", "i32");
    return broadcastPair("sub", a, b);
  },
  forward: (backend, spec, _params, a, b) => backend.binary("sub", a, b, spec.shape),
  vjp: ({ cotangent, inputs }, position) =>
    sumTo(position === 0 ? cotangent : neg(cotangent), inputs[position as 0 | 1].shape),
});
