import { HeedError } from "@heed/core";

/** Data, or a name in a configuration, is wrong. The message says what, where, and what to do. */
export class DataError extends HeedError {
  override readonly name: string = "DataError";
}
