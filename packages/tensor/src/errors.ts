import { HeedError } from "@heed/core";

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
