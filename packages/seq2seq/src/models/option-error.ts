import { HeedError } from "@heed/core";

/** An option of a model that is unknown, out of range, or does not fit the others. */
export class OptionError extends HeedError {
  override name = "OptionError";
}
