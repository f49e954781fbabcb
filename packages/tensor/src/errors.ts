import { ArgumentError, HeedError, isHeedError, shownArgument } from "@heed/core";

/** Shapes or axes that do not fit; the message names the operation, the argument, what was expected and what came. */
export class ShapeError extends HeedError {
  override name = "ShapeError";
}

/** An element type that an operation does not take. */
export class DTypeError extends HeedError {
  override name = "DTypeError";
}

/** A backend that is missing, lost, out of memory, or mixed with another one. */
export class BackendError extends HeedError {
  override name = "BackendError";
}

/** A tensor that was used after it had been freed, or a scope that cannot hold what it was given. */
export class LifetimeError extends HeedError {
  override name = "LifetimeError";
}

/** A gradient that was asked for where there is none. */
export class GradientError extends HeedError {
  override name = "GradientError";
}

/** An index outside of its axis. The message is the same on every backend. */
export class IndexError extends ShapeError {
  override name = "IndexError";

  /**
   * @param argument - the argument of `op` that holds the index
   * @param shape - of that argument
   * @param position - the place of the index in it, counted row-major
   * @param length - of the axis that the index points into
   */
  constructor(
    op: string,
    argument: string,
    shape: readonly number[],
    readonly value: number,
    readonly position: number,
    length: number,
  ) {
    const place: number[] = [];
    let rest = position;
    for (const size of shape.toReversed()) {
      place.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    super(
      `${op}: ${argument}[${place.join(", ")}] must be an index from 0 to ${length - 1}, got ${value}; ${argument} has shape [${shape.join(", ")}].`,
    );
  }
}

/**
 * Runs the composition of an operation, and reports an index outside of its axis as a fault of the operation's own argument.
 *
 * @param stride - number of entries of the indexed tensor for each index of the argument
 */
export function blameIndices<T>(
  op: string,
  argument: string,
  shape: readonly number[],
  length: number,
  stride: number,
  composition: () => T,
): T {
  try {
    return composition();
  } catch (error) {
    if (!isHeedError(error, "IndexError")) throw error;
    const { value, position } = error as IndexError;
    throw new IndexError(op, argument, shape, value, Math.floor(position / stride), length);
  }
}

/**
 * Checks a callback.
 * @throws ArgumentError when it is not a function
 */
export function assertFunction(owner: string, fn: unknown): void {
  if (typeof fn === "function") return;
  throw new ArgumentError(`${owner}: expected a function, got ${shownArgument(fn)}. Write ${owner}(() => …).`);
}
