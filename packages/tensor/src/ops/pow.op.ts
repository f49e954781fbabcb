import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, broadcastPair, sumTo } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { equal } from "./equal.op.js";
import { log } from "./log.op.js";
import { mul } from "./mul.op.js";
import { sub } from "./sub.op.js";
import { where } from "./where.op.js";

/**
 * aᵇ. Broadcasts; a plain number counts as a scalar. A fractional power of a negative number is NaN, and so is the
 * gradient for `b` at negative `a`.
 *
 * - `a`, `b` - `[...]`, broadcast to each other; returns the broadcast shape
 */
export const pow: Op<[a: Tensor | number, b: Tensor | number]> = primitive({
  name: "pow",
  inputs: ["a", "b"],
  numbers: true,
  shapes: "..., ... -> ...",
  samples: [
    { args: ({ positive, randn }) => [positive(2, 3), randn(2, 3)] },
    { label: "number", args: ({ randn }) => [randn(2, 3), 2] },
    { label: "broadcast", args: ({ positive, randn }) => [positive(3), randn(2, 1)] },
  ],
  output: (_params, a, b) => {
    assertDType("pow", "a", a, "f32");
    return broadcastPair("pow", a, b);
  },
  forward: (backend, spec, _params, a, b) => backend.binary("pow", a, b, spec.shape),
  vjp: ({ cotangent, inputs: [a, b], output }, position) =>
    position === 0
      ? // The slope of a⁰ is 0 everywhere, also at a = 0, where the formula says 0 · ∞.
        sumTo(mul(cotangent, where(equal(b, 0), 0, mul(b, pow(a, sub(b, 1))))), a.shape)
      : sumTo(mul(cotangent, mul(output, log(a))), b.shape),
});
