import { HeedError } from "@heed/core";

/** One fault of a set of options. */
export interface OptionIssue {
  /** The key, dotted, such as `training.epochs`; empty when the fault concerns the whole. */
  readonly path: string;
  /** A sentence that names the key, what was expected and what was received. */
  readonly message: string;
}

/** An option of a model that is unknown, out of range, or does not fit the others. */
export class OptionError extends HeedError {
  override name = "OptionError";
}
