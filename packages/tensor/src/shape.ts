import { shownArgument } from "@heed/core";
import { ShapeError } from "./errors.js";

/** Sizes of the axes, outermost first; `[]` is a scalar. Storage is row-major and contiguous, always. */
export type Shape = readonly number[];

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** A shape as people write it: `[2, 3]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Distance in elements between neighbours along each axis. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/**
 * The axis counted from the front: −1 is the last one.
 * @throws ShapeError when the axis lies outside the rank
 */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank) {
    throw new ShapeError(`${op}: axis ${axis} is outside of a tensor with ${rank} axes (${-rank} … ${rank - 1}).`);
  }
  return normalized;
}

/**
 * Several axes counted from the front, in the given order.
 * @throws ShapeError when one lies outside the rank, or two are the same
 */
export function normalizeAxes(op: string, axes: readonly number[], rank: number): number[] {
  const normalized = axes.map((axis) => normalizeAxis(op, axis, rank));
  for (let i = 1; i < normalized.length; i++) {
    if (normalized.indexOf(normalized[i]!) === i) continue;
    throw new ShapeError(`${op}: every axis must be given once, got ${formatShape(axes)} of ${rank} axes.`);
  }
  return normalized;
}

/**
 * The shape two operands broadcast to: aligned at the last axis, where sizes are equal or one of them is 1.
 * @throws ShapeError naming both shapes and the axis that does not fit
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const left = a[a.length - rank + axis] ?? 1;
    const right = b[b.length - rank + axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(
        `${op}: ${formatShape(a)} and ${formatShape(b)} do not broadcast: axis ${axis - rank} is ${left} in one and ${right} in the other; sizes must be equal, or one of them 1.`,
      );
    }
    shape[axis] = left === 1 ? right : left;
  }
  return shape;
}

/** Returns the axes along which a tensor of `shape` is repeated when it broadcasts to `target`. */
export function repeatedAxes(shape: Shape, target: Shape): number[] {
  const leading = target.length - shape.length;
  return target.flatMap((length, axis) =>
    axis < leading || (shape[axis - leading] === 1 && length !== 1) ? [axis] : [],
  );
}

/** Checks that a shape is a list of whole, non-negative sizes. */
export function assertShape(op: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    const example = typeof shape === "number" ? shape : "2, 3";
    throw new ShapeError(`${op}: the shape must be a list of sizes, got ${shownArgument(shape)}. Write [${example}].`);
  }
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new ShapeError(`${op}: ${formatShape(shape)} is not a shape: every axis must be a whole number ≥ 0.`);
  }
}

/** Strides with which an operand of `shape` is read as if it had been repeated up to `target`. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing]!));
}
