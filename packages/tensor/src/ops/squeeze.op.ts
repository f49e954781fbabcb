import { composite } from "../composite.js";
import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { formatShape, normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { reshape } from "./reshape.op.js";

/**
 * Takes an axis of size 1 away.
 *
 * - `x` - `[..., 1, ...]`; returns one axis less
 *
 * @throws ShapeError when the axis is longer
 */
export const squeeze: Op<[x: Tensor], { axis: number }> = composite({
  name: "squeeze",
  inputs: ["x"],
  options: { axis: "integer" },
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 1, 3)], params: { axis: 1 } }],
  compose: ({ axis }, x) => {
    const position = normalizeAxis("squeeze", axis, x.shape.length);
    if (x.shape[position] !== 1) {
      throw new ShapeError(
        `squeeze: axis ${axis} of ${formatShape(x.shape)} has size ${x.shape[position]} instead of 1.`,
      );
    }
    return reshape(x, { shape: x.shape.toSpliced(position, 1) });
  },
});
