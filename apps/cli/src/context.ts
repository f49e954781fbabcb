import type { Io } from "./io.js";
import type { Output } from "./output.js";

/** What every command gets. */
export interface Context {
  readonly io: Io;
  readonly output: Output;
}

/** Runs a command and keeps the exit code that it returns. */
export type Runner = (command: (context: Context) => Promise<number>) => Promise<void>;
