import { isRandom, type Random, shownArgument } from "@heed/core";
import { type Shape, ShapeError } from "@heed/tensor";

/**
 * Checks what initial values are drawn from.
 * @throws ShapeError when the shape is not a list of sizes, or there is no generator
 */
export function assertDraw(initialiser: string, shape: Shape, random: Random): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(`${initialiser}: the shape must be a list of sizes, got ${shownArgument(shape)}.`);
  }
  if (!isRandom(random)) {
    throw new ShapeError(
      `${initialiser}: random must be a Random, got ${shownArgument(random)}. Write ${initialiser}(shape, new Random(1)).`,
    );
  }
}
