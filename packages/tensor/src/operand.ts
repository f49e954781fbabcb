import type { BinaryKernel, ComparisonKernel, Operand } from "./backend.js";
import { broadcastStrides, type Shape } from "./shape.js";

const comparisons: Readonly<Record<ComparisonKernel, true>> = {
  equal: true,
  notEqual: true,
  less: true,
  lessEqual: true,
  greater: true,
  greaterEqual: true,
};

/** Whether a kernel compares: its result is bool, whatever the dtype of its arguments. */
export function isComparison(kernel: BinaryKernel): kernel is ComparisonKernel {
  return Object.hasOwn(comparisons, kernel);
}

/** Counts and measures the rows of an operand along its last axis: `rows` rows of `n` elements. */
export function rowsOf(x: Operand): { rows: number; n: number } {
  const n = x.shape.at(-1) ?? 1;
  return { rows: n === 0 ? 0 : x.buffer.size / n, n };
}

/** Whether a mask is boolean and broadcasts to `shape` without making it larger. No mask always fits. */
export function maskFits(mask: Operand | null, shape: Shape): boolean {
  if (!mask) return true;
  if (mask.dtype !== "bool" || mask.shape.length > shape.length) return false;
  const missing = shape.length - mask.shape.length;
  return mask.shape.every((length, axis) => length === 1 || length === shape[missing + axis]);
}

/**
 * Drops axes of length 1, and joins neighbouring axes that every operand walks through evenly, so that a kernel needs fewer
 * loops.
 *
 * @param strides - for each operand, the distance in elements between neighbours along each axis of `shape`
 * @returns the remaining axes, outermost first, and the distances along them; a scalar has no axis left
 * @example
 * joinAxes([2, 1, 3, 4], [[12, 12, 4, 1]]); // { lengths: [24], strides: [[1]] }
 */
export function joinAxes(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { lengths: number[]; strides: number[][] } {
  const lengths: number[] = [];
  const joined: number[][] = strides.map(() => []);
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const last = lengths.length - 1;
    const even = last >= 0 && strides.every((own, i) => joined[i]![last] === own[axis]! * length);
    if (even) {
      lengths[last]! *= length;
      for (const [i, own] of strides.entries()) joined[i]![last] = own[axis]!;
    } else {
      lengths.push(length);
      for (const [i, own] of strides.entries()) joined[i]!.push(own[axis]!);
    }
  }
  return { lengths, strides: joined };
}

/**
 * Returns where each matrix of a batch begins, in elements, for an operand whose batch axes broadcast.
 *
 * @param shape - of the operand; its last two axes are the matrix
 * @param batch - the batch axes of the result
 */
export function matrixStarts(shape: Shape, batch: Shape): number[] {
  const strides = broadcastStrides(shape, [...batch, 1, 1]).slice(0, -2);
  let starts = [0];
  batch.forEach((length, axis) => {
    starts = starts.flatMap((start) => Array.from({ length }, (_, i) => start + i * strides[axis]!));
  });
  return starts;
}
