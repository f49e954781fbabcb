import { DataError } from "@heed/datasets";
import { HeedError } from "@heed/tensor";
import { harmless } from "./columns.js";
import type { Io } from "./io.js";
import { UsageError } from "./usage-error.js";

/** What a person reads about an error, and the exit code that goes with it. */
export interface Explanation {
  readonly message: string;
  /** 1, or 2 for wrong usage. */
  readonly exitCode: 1 | 2;
}

/** Says in one paragraph what went wrong. `HEED_DEBUG=1` adds where in the program. */
export function explainError(error: unknown, env: Io["env"]): Explanation {
  const message = harmless(describe(error));
  const stack = env.HEED_DEBUG && error instanceof Error && error.stack ? `\n${error.stack}` : "";
  return { message: message + stack, exitCode: error instanceof UsageError ? 2 : 1 };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `Something that is no error was thrown: ${String(error)}`;
  if (isExpected(error)) return error.message;
  return `${error.name}: ${error.message} This may be a fault of heed: set HEED_DEBUG=1 to see where it happened.`;
}

/** Whether the message was written for a person: heed's own errors, and those of the operating system. */
function isExpected(error: Error): boolean {
  return (
    error instanceof HeedError ||
    error instanceof DataError ||
    error.name === "FigureError" ||
    error instanceof RangeError ||
    ("syscall" in error && "code" in error)
  );
}
