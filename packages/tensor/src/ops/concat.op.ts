import { DTypeError, ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { formatShape, normalizeAxis, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { slice } from "./slice.op.js";

/**
 * Joins tensors along an axis.
 *
 * - `tensors` - `[..., n, ...]`, alike outside of `axis`; returns their sum of n along it
 *
 * @throws ShapeError when the other axes differ, or there is nothing to join
 */
export const concat: Op<[tensors: readonly Tensor[]], { axis: number }> = primitive({
  name: "concat",
  inputs: ["tensors"],
  variadic: true,
  options: { axis: "integer" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [[randn(2, 3), randn(2, 1), randn(2, 4)]], params: { axis: 1 } },
    { label: "first axis", args: ({ randn }) => [[randn(1, 3), randn(2, 3)]], params: { axis: 0 } },
  ],
  output: ({ axis }, ...tensors) => {
    const first = tensors[0]!;
    const position = normalizeAxis("concat", axis, first.shape.length);
    for (const x of tensors) {
      if (x.dtype !== first.dtype)
        throw new DTypeError(`concat: ${first.dtype} and ${x.dtype} do not join; use cast().`);
      if (!sameShape(x.shape.toSpliced(position, 1), first.shape.toSpliced(position, 1))) {
        throw new ShapeError(
          `concat: ${formatShape(first.shape)} and ${formatShape(x.shape)} differ outside of axis ${axis}.`,
        );
      }
    }
    const length = tensors.reduce((total, x) => total + x.shape[position]!, 0);
    return { shape: first.shape.with(position, length), dtype: first.dtype };
  },
  forward: (backend, spec, { axis }, ...tensors) =>
    backend.concat(tensors, normalizeAxis("concat", axis, spec.shape.length), spec.shape),
  vjp: ({ cotangent, inputs, params: { axis } }, index) => {
    const position = normalizeAxis("concat", axis, cotangent.shape.length);
    const start = inputs.slice(0, index).reduce((total, x) => total + x.shape[position]!, 0);
    return slice(cotangent, { axis, start, end: start + inputs[index]!.shape[position]! });
  },
});
