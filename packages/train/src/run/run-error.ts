import { HeedError } from "@heed/core";

/** Something is wrong with a run folder. The message says which file, and what to do. */
export class RunError extends HeedError {
  override name = "RunError";
}
