import type { Io } from "./io.js";
import type { Output } from "./output.js";

/** What every command gets. */
export interface Context {
  readonly io: Io;
  readonly output: Output;
}
