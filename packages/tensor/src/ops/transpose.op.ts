import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import type { Tensor } from "../tensor.js";

/**
 * Axis i of the result is axis `permutation[i]` of x; without one, the last two axes are exchanged.
 *
 * - `x` - `[...]`; returns the axes in another order; by default `[..., m, n]` becomes `[..., n, m]`
 *
 * @throws ShapeError when `permutation` is none of the axes
 */
export const transpose: Op<[x: Tensor], { permutation?: readonly number[] }> = primitive({
  name: "transpose",
  inputs: ["x"],
  options: { "permutation?": "integers" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)] },
    { label: "permuted", args: ({ randn }) => [randn(2, 3, 4, 5)], params: { permutation: [2, 0, 3, 1] } },
  ],
  output: ({ permutation }, x) => ({ shape: order(x, permutation).map((axis) => x.shape[axis]!), dtype: x.dtype }),
  forward: (backend, _spec, { permutation }, x) => backend.transpose(x, order(x, permutation)),
  vjp: ({ cotangent, inputs: [x], params: { permutation } }) => {
    const inverse: number[] = [];
    order(x, permutation).forEach((axis, index) => {
      inverse[axis] = index;
    });
    return transpose(cotangent, { permutation: inverse });
  },
});

function order(x: Tensor, permutation?: readonly number[]): readonly number[] {
  const rank = x.shape.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (!permutation) {
    if (rank < 2) throw new ShapeError(`transpose: needs two axes or more, or a permutation; x has ${rank}.`);
    return [...axes.slice(0, -2), rank - 1, rank - 2];
  }
  if (permutation.length !== rank || !axes.every((axis) => permutation.includes(axis))) {
    throw new ShapeError(`transpose: [${permutation.join(", ")}] does not name each of the ${rank} axes once.`);
  }
  return permutation;
}
