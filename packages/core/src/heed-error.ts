const errorBrand: unique symbol = Symbol.for("heed.error") as never;

/** The base class of every error that heed throws on purpose. */
export class HeedError extends Error {
  override name = "HeedError";

  /** Marks errors for other copies of this package. */
  get [errorBrand](): true {
    return true;
  }
}

/**
 * Returns whether an error is one that heed throws on purpose. Unlike `instanceof`, this also recognises errors of other
 * copies of heed's packages, which plug-ins may bring.
 *
 * @param name - the name of the class, when only that class counts
 * @example
 * if (isHeedError(error, "ShapeError")) console.error(error.message);
 */
export function isHeedError(error: unknown, name?: string): error is HeedError {
  return error instanceof Error && errorBrand in error && (name === undefined || error.name === name);
}
