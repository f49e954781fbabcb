import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertShape, formatShape, type Shape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";

/**
 * The same values in another shape, sharing the memory. One size may be −1 and is worked out.
 *
 * - `x` - `[...]`; returns `shape`, with the same number of elements
 *
 * @throws ShapeError when the number of elements differs
 */
export const reshape: Op<[x: Tensor], { shape: Shape }> = primitive({
  name: "reshape",
  inputs: ["x"],
  options: { shape: "integers" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 6)], params: { shape: [3, 4] } },
    { label: "worked out", args: ({ randn }) => [randn(2, 6)], params: { shape: [3, -1, 2] } },
    { label: "to a scalar", args: ({ randn }) => [randn(1, 1)], params: { shape: [] } },
  ],
  output: ({ shape }, x) => {
    const open = shape.indexOf(-1);
    const known = sizeOf(shape.filter((length) => length !== -1));
    const resolved = open === -1 ? shape : shape.with(open, known === 0 ? 0 : x.size / known);
    if (sizeOf(resolved) !== x.size || !resolved.every(Number.isInteger)) {
      throw new ShapeError(
        `reshape: ${formatShape(x.shape)} has ${x.size} elements, which do not fill ${formatShape(shape)}.`,
      );
    }
    assertShape("reshape", resolved);
    return { shape: resolved, dtype: x.dtype };
  },
  forward: (_backend, _spec, _params, x) => x.storage.retain(),
  vjp: ({ cotangent, inputs: [x] }) => reshape(cotangent, { shape: x.shape }),
});
