import { HeedError } from "@heed/core";

/** The command was called in a wrong way: exit code 2. */
export class UsageError extends HeedError {
  override name = "UsageError";
}
