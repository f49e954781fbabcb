import { composite } from "../composite.js";
import { arange, full } from "../create.js";
import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { formatShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { lessEqual } from "./less-equal.op.js";
import { reshape } from "./reshape.op.js";
import { where } from "./where.op.js";

/**
 * The lower triangle of the matrices in the last two axes: entries on and below a diagonal, and 0 elsewhere. `diagonal` 0
 * (the default) is the main one, 1 the one above it, −1 the one below. PyTorch: `torch.tril`.
 *
 * - `x` - `[..., m, n]`; returns the same shape
 *
 * @throws ShapeError when x has fewer than two axes
 */
export const tril: Op<[x: Tensor], { diagonal?: number }> = composite({
  name: "tril",
  inputs: ["x"],
  options: { "diagonal?": "integer" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(4, 4)] },
    { label: "above", args: ({ randn }) => [randn(2, 3, 5)], params: { diagonal: 1 } },
    { label: "below", args: ({ randn }) => [randn(5, 3)], params: { diagonal: -2 } },
    { label: "bool", args: ({ mask }) => [mask(3, 3)] },
  ],
  check: (_options, x) => {
    if (x.shape.length < 2) throw new ShapeError(`tril: x must have two axes or more, got ${formatShape(x.shape)}.`);
  },
  compose: ({ diagonal = 0 }, x) => {
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    const limits = reshape(arange(diagonal, diagonal + rows, x.backend), { shape: [rows, 1] });
    const inside = lessEqual(arange(0, columns, x.backend), limits);
    return where(inside, x, full([], 0, x.dtype, x.backend));
  },
});
