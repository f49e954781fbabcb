import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertEntries } from "../reduction.js";
import { assertDType } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { argmax } from "./argmax.op.js";
import { expandDims } from "./expand-dims.op.js";
import { gather } from "./gather.op.js";
import { squeeze } from "./squeeze.op.js";

/**
 * The largest values along an axis, and their indices as i32: `[values, indices]`. Of equal entries the first one counts,
 * and has the whole gradient. PyTorch: `torch.max(x, dim)`.
 *
 * - `x` - `[...]`; returns two tensors of the shape of x without the axis, or with it at size 1 when `keepDims` is true
 *
 * @example
 * const [values, indices] = maxWithIndices(x, { axis: -1 }); // [b, n] -> [b], [b]
 */
export const maxWithIndices: Op<
  [x: Tensor],
  { axis: number; keepDims?: boolean },
  readonly [values: Tensor, indices: Tensor]
> = composite({
  name: "maxWithIndices",
  inputs: ["x"],
  options: { axis: "integer", "keepDims?": "boolean" },
  shapes: "... -> ..., ...",
  samples: [
    { args: ({ randn }) => [randn(3, 7)], params: { axis: -1 } },
    { label: "first axis kept", args: ({ randn }) => [randn(5, 2, 3)], params: { axis: 0, keepDims: true } },
  ],
  check: ({ axis }, x) => {
    assertDType("maxWithIndices", "x", x, "f32", "i32");
    assertEntries("maxWithIndices", x, { axis });
  },
  compose: ({ axis, keepDims = false }, x) => {
    const indices = argmax(x, { axis });
    // A negative axis counts from the end of the new shape, which has the same number of axes as x.
    const kept = expandDims(indices, { axis });
    const values = gather(x, kept, { axis });
    return keepDims ? [values, kept] : [squeeze(values, { axis }), indices];
  },
});
