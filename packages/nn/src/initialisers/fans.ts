import { shownArgument } from "@heed/core";
import { formatShape, type Shape, ShapeError } from "@heed/tensor";

/**
 * How many inputs an output of a weight `[out, in, …]` has, and how many outputs an input; axes behind those two multiply
 * both.
 *
 * @throws ShapeError when there are fewer than two axes
 */
export function fans(initialiser: string, shape: Shape): { fanIn: number; fanOut: number } {
  if (!Array.isArray(shape)) {
    throw new ShapeError(`${initialiser}: the shape must be a list of sizes, got ${shownArgument(shape)}.`);
  }
  const [outputs, inputs, ...field] = shape;
  if (outputs === undefined || inputs === undefined) {
    throw new ShapeError(
      `${initialiser}: needs a weight [out, in] with two axes or more, but the shape is ${formatShape(shape)}.`,
    );
  }
  const size = field.reduce((product, length) => product * length, 1);
  return { fanIn: inputs * size, fanOut: outputs * size };
}
