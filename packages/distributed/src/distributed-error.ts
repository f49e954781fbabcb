import { HeedError } from "@heed/core";

/** A fault of several processes together: MPI is missing or failed, or processes differ where they must be equal. */
export class DistributedError extends HeedError {
  override name = "DistributedError";
}
