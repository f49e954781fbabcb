import { assertDType, type DType } from "./dtype.js";
import { DTypeError, ShapeError } from "./errors.js";
import { reshape } from "./ops/reshape.op.js";
import { sum } from "./ops/sum.op.js";
import type { TensorSpec } from "./primitive.js";
import { broadcastShapes, formatShape, repeatedAxes, type Shape, sameShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

export { assertDType };

/** Result of an elementwise function of one f32 tensor. */
export function likeFloat(op: string, x: Tensor): TensorSpec {
  assertDType(op, "x", x, "f32");
  return { shape: x.shape, dtype: "f32" };
}

/** Result of an elementwise function of two tensors of the same dtype, broadcast to each other. */
export function broadcastPair(op: string, a: Tensor, b: Tensor, dtype: DType = a.dtype): TensorSpec {
  if (a.dtype !== b.dtype)
    throw new DTypeError(`${op}: a is ${a.dtype} and b is ${b.dtype}; use cast() to make them alike.`);
  return { shape: broadcastShapes(op, a.shape, b.shape), dtype };
}

/** The transpose of broadcasting: sums the axes that a tensor of `shape` was repeated along. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const axes = repeatedAxes(shape, x.shape);
  return reshape(axes.length > 0 ? sum(x, { axis: axes }) : x, { shape });
}

/**
 * Checks that a mask repeats up to a shape, and does not enlarge it.
 * @throws ShapeError naming both shapes
 */
export function assertMaskFits(op: string, mask: Tensor | null, shape: Shape): void {
  if (!mask) return;
  assertDType(op, "mask", mask, "bool");
  if (!sameShape(broadcastShapes(op, mask.shape, shape), shape)) {
    throw new ShapeError(
      `${op}: the mask ${formatShape(mask.shape)} must broadcast to ${formatShape(shape)}, and is larger.`,
    );
  }
}
