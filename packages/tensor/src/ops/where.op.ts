import { full } from "../create.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType, broadcastPair, sumTo } from "../rules.js";
import { broadcastShapes } from "../shape.js";
import type { Tensor } from "../tensor.js";

/**
 * `condition ? a : b`, elementwise; all three broadcast.
 *
 * - `condition` - bool `[...]`; `a`, `b` - `[...]`; all three broadcast to the shape of the result
 */
export const where: Op<[condition: Tensor, a: Tensor | number, b: Tensor | number]> = primitive({
  name: "where",
  inputs: ["condition", "a", "b"],
  numbers: true,
  shapes: "..., ..., ... -> ...",
  samples: [
    { args: ({ mask, randn }) => [mask(2, 3), randn(2, 3), randn(2, 3)] },
    { label: "broadcast", args: ({ mask, randn }) => [mask(2, 1), randn(3), randn(2, 3)] },
  ],
  output: (_params, condition, a, b) => {
    assertDType("where", "condition", condition, "bool");
    const pair = broadcastPair("where", a, b);
    return { shape: broadcastShapes("where", condition.shape, pair.shape), dtype: a.dtype };
  },
  forward: (backend, spec, _params, condition, a, b) => backend.where(condition, a, b, spec.shape),
  vjp: ({ cotangent, inputs: [condition, a, b] }, position) => {
    const zero = full([], 0, "f32", cotangent.backend);
    if (position === 1) return sumTo(where(condition, cotangent, zero), a.shape);
    return position === 2 ? sumTo(where(condition, zero, cotangent), b.shape) : null;
  },
});
