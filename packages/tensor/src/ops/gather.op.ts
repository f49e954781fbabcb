import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertDType } from "../rules.js";
import { formatShape, normalizeAxis, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { scatterAdd } from "./scatter-add.op.js";

/**
 * `out[.., i, ..] = x[.., indices[.., i, ..], ..]`. The result has the shape of `indices`, which differs from x at
 * `axis` only. PyTorch: `torch.gather`.
 *
 * - `x` - `[..., n, ...]`; `indices` - i32 `[..., m, ...]` in [0, n); returns `[..., m, ...]`
 */
export const gather: Op<[x: Tensor, indices: Tensor], { axis: number }> = primitive({
  name: "gather",
  inputs: ["x", "indices"],
  options: { axis: "integer" },
  shapes: "..., ... -> ...",
  samples: [
    { args: ({ randn, ids }) => [randn(3, 5), ids(5, 3, 2)], params: { axis: 1 } },
    { label: "first axis", args: ({ randn, ids }) => [randn(4, 3), ids(4, 6, 3)], params: { axis: 0 } },
  ],
  output: ({ axis }, x, indices) => {
    assertDType("gather", "indices", indices, "i32");
    assertSameOutside("gather", x, indices, axis);
    return { shape: indices.shape, dtype: x.dtype };
  },
  forward: (backend, _spec, { axis }, x, indices) =>
    backend.gather(x, indices, normalizeAxis("gather", axis, x.shape.length)),
  vjp: ({ cotangent, inputs: [x, indices], params: { axis } }, position) =>
    position === 0 ? scatterAdd(cotangent, indices, { axis, size: x.shape.at(axis)! }) : null,
});

/** Checks that two tensors have the same shape outside of one axis. */
function assertSameOutside(op: string, x: Tensor, indices: Tensor, axis: number): void {
  const position = normalizeAxis(op, axis, x.shape.length);
  if (
    x.shape.length !== indices.shape.length ||
    !sameShape(x.shape.toSpliced(position, 1), indices.shape.toSpliced(position, 1))
  ) {
    throw new ShapeError(
      `${op}: x ${formatShape(x.shape)} and indices ${formatShape(indices.shape)} must be alike outside of axis ${axis}.`,
    );
  }
}
