import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { broadcastShapes, formatShape, repeatedAxes, type Shape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { reshape } from "./reshape.op.js";
import { sum } from "./sum.op.js";

/**
 * Repeats axes of size 1, and adds leading ones, up to `shape`.
 *
 * - `x` - `[...]`; returns `shape`
 */
export const expand: Op<[x: Tensor], { shape: Shape }> = primitive({
  name: "expand",
  inputs: ["x"],
  options: { shape: "integers" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 1, 3)], params: { shape: [2, 4, 3] } },
    { label: "new axes", args: ({ randn }) => [randn(3)], params: { shape: [2, 2, 3] } },
  ],
  output: ({ shape }, x) => {
    if (!sameShape(broadcastShapes("expand", x.shape, shape), shape)) {
      throw new ShapeError(`expand: ${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}.`);
    }
    return { shape, dtype: x.dtype };
  },
  forward: (backend, spec, _params, x) => backend.expand(x, spec.shape),
  vjp: ({ cotangent, inputs: [x] }) => {
    const axes = repeatedAxes(x.shape, cotangent.shape);
    return axes.length > 0 ? reshape(sum(cotangent, { axis: axes }), { shape: x.shape }) : cotangent;
  },
});
