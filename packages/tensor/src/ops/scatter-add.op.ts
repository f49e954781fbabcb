import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType } from "../rules.js";
import { formatShape, normalizeAxis, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { gather } from "./gather.op.js";

/**
 * Zeros with `size` entries along `axis`, to which `out[.., indices[.., i, ..], ..] += x[.., i, ..]`; the transpose of
 * `gather`. PyTorch: `torch.zeros(...).scatter_add(axis, indices, x)`.
 *
 * - `x` - `[..., m, ...]`; `indices` - i32, the same shape, in [0, size); returns `[..., size, ...]`
 */
export const scatterAdd: Op<[x: Tensor, indices: Tensor], { axis: number; size: number }> = primitive({
  name: "scatterAdd",
  inputs: ["x", "indices"],
  options: { axis: "integer", size: "integer" },
  shapes: "..., ... -> ...",
  samples: [
    { args: ({ randn, ids }) => [randn(3, 6), ids(4, 3, 6)], params: { axis: 1, size: 4 } },
    { label: "first axis", args: ({ randn, ids }) => [randn(5, 2), ids(3, 5, 2)], params: { axis: 0, size: 3 } },
  ],
  output: ({ axis, size }, x, indices) => {
    assertDType("scatterAdd", "x", x, "f32");
    assertDType("scatterAdd", "indices", indices, "i32");
    if (!sameShape(x.shape, indices.shape)) {
      throw new ShapeError(
        `scatterAdd: x ${formatShape(x.shape)} and indices ${formatShape(indices.shape)} must be alike.`,
      );
    }
    if (size < 0) throw new ShapeError(`scatterAdd: size must be an integer ≥ 0, got ${size}.`);
    return { shape: x.shape.with(normalizeAxis("scatterAdd", axis, x.shape.length), size), dtype: "f32" };
  },
  forward: (backend, spec, { axis }, x, indices) =>
    backend.scatterAdd(x, indices, normalizeAxis("scatterAdd", axis, x.shape.length), spec.shape),
  vjp: ({ cotangent, inputs: [, indices], params: { axis } }, position) =>
    position === 0 ? gather(cotangent, indices, { axis }) : null,
});
