import { HeedError } from "@heed/core";
/** One property that must hold, to be registered with any test runner: `test(check.name, check.run)`. */
export interface Check {
  readonly name: string;
  /** Throws a {@link CheckError} that says which property broke, with the numbers that show it. */
  readonly run: () => Promise<void>;
}

/** A property that does not hold. */
export class CheckError extends HeedError {
  override name = "CheckError";
}
