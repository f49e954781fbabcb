import { HeedError } from "../heed-error.js";

/** One property that must hold. Register it with any test runner: `test(check.name, check.run)`. */
export interface Check {
  readonly name: string;
  /** Throws a {@link CheckError} that states which property does not hold, with the numbers that show it. */
  readonly run: () => Promise<void>;
}

/** A property that does not hold. */
export class CheckError extends HeedError {
  override name = "CheckError";
}
