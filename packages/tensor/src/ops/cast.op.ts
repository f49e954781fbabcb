import type { DType } from "../dtype.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import type { Tensor } from "../tensor.js";

/**
 * Another dtype: f32 → i32 cuts off the fraction, anything → bool is `≠ 0`. No gradient flows through it.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const cast: Op<[x: Tensor], { dtype: DType }> = primitive({
  name: "cast",
  inputs: ["x"],
  options: { dtype: ["f32", "i32", "bool"] },
  shapes: "... -> ...",
  differentiable: false,
  samples: [
    { label: "f32 to i32", args: ({ randn }) => [randn(3, 4)], params: { dtype: "i32" } },
    { label: "i32 to f32", args: ({ ids }) => [ids(9, 3)], params: { dtype: "f32" } },
    { label: "bool to f32", args: ({ mask }) => [mask(3, 2)], params: { dtype: "f32" } },
    { label: "i32 to bool", args: ({ ids }) => [ids(2, 5)], params: { dtype: "bool" } },
  ],
  output: ({ dtype }, x) => ({ shape: x.shape, dtype }),
  forward: (backend, _spec, { dtype }, x) => backend.cast(x, dtype),
});
