import { isAllocationError, isHeedError } from "@heed/core";
import { RunError, TrainingError } from "@heed/train";
import { harmless } from "./columns.js";
import { type ExitCode, exitCodes } from "./exit-codes.js";
import type { Io } from "./io.js";
import { isFaultOfHeed, placeInPlugin } from "./plugins/plugin-error.js";
import { UsageError } from "./usage-error.js";

/** The message and exit code of an error. */
export interface Explanation {
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Explains an error in one paragraph. `HEED_DEBUG=1` adds the stack. */
export function explainError(error: unknown, env: Io["env"]): Explanation {
  const message = harmless(describe(error));
  const stack = env.HEED_DEBUG && error instanceof Error && error.stack ? `\n${error.stack}` : "";
  return { message: message + stack, exitCode: exitCodeOf(error) };
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return exitCodes.usage;
  const isKnown = error instanceof Error && (isExpected(error) || placeInPlugin(error) !== undefined);
  return isKnown ? exitCodes.error : exitCodes.fault;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `A non-Error value was thrown: ${String(error)}`;
  const place = placeInPlugin(error);
  if (place !== undefined) return `${place}: ${isExpected(error) ? "" : `${error.name}: `}${error.message}`;
  if (error instanceof RunError || error instanceof TrainingError) return withOptions(error.message);
  if (isAllocationError(error)) {
    return `There is not enough memory: ${error.message}. Lower the batch size or the sizes of the model, or give less input at a time.`;
  }
  if (isExpected(error)) return error.message;
  const what = `${error.name}: ${error.message}${/[.!?]$/.test(error.message) ? "" : "."}`;
  const whose = isFaultOfHeed(error) ? "This is a fault of heed, not of your input" : "This may be a fault of heed";
  return `${what} ${whose}: set HEED_DEBUG=1 to see where it happened.`;
}

/** Replaces the options of the library in a message by those of the command line. */
export function withOptions(message: string): string {
  return message
    .replace('(weights: "last")', "(--weights last)")
    .replace("(previous)", "(--previous)")
    .replace("(replaceUnknown)", "(--replace-unknown)")
    .replace("(initFrom)", "(--init-from)")
    .replace("(resume)", "(--resume)")
    .replace("with averageWeights", "with heed average")
    .replace("without resume", "without --resume")
    .replace("(overwrite)", "(--overwrite)")
    .replace(/\bwith overwrite\b/g, "with --overwrite");
}

/** Tells whether an error is not a fault of the program: errors of heed, of the operating system, and a lack of memory. */
function isExpected(error: Error): boolean {
  return isHeedError(error) || isAllocationError(error) || ("syscall" in error && "code" in error);
}
