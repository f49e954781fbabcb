import { full } from "../create.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, broadcastPair, sumTo } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { lessEqual } from "./less-equal.op.js";
import { where } from "./where.op.js";

/**
 * The smaller of a and b; NaN when either is. Where they are equal, the gradient goes to a; where one is NaN, to b.
 * Broadcasts; a plain number counts as a scalar. f32 with f32, or i32 with i32.
 *
 * - `a`, `b` - `[...]`, broadcast to each other; returns the broadcast shape
 */
export const minimum: Op<[a: Tensor | number, b: Tensor | number]> = primitive({
  name: "minimum",
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
    assertDType("minimum", "a", a, "f32", "i32");
    return broadcastPair("minimum", a, b);
  },
  forward: (backend, spec, _params, a, b) => backend.binary("minimum", a, b, spec.shape),
  vjp: ({ cotangent, inputs: [a, b] }, position) => {
    const zero = full([], 0, "f32", cotangent.backend);
    return position === 0
      ? sumTo(where(lessEqual(a, b), cotangent, zero), a.shape)
      : sumTo(where(lessEqual(a, b), zero, cotangent), b.shape);
  },
});
