import { realpathSync } from "node:fs";
import { HeedError, isHeedError } from "@heed/core";

/** A function of a plug-in failed. The message names the plug-in and the function. */
export class PluginError extends HeedError {
  override name = "PluginError";
}

/** The files of plug-ins that this process ran, and what the user called them. */
const files = new Map<string, string>();

/** Remembers the file of a plug-in, so that its errors are recognized. */
export function rememberPlugin(file: string, specifier: string): void {
  files.set(realpathSync(file), specifier);
  // A function of a plug-in may be far from the place where heed's operations throw.
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, 50);
}

/** A line of a stack. */
interface Frame {
  /** What the user called the file; undefined when it is not that of a plug-in. */
  readonly specifier: string | undefined;
  readonly line: string;
  /** The function. */
  readonly call: string | undefined;
}

/** Reads a line of a stack; undefined for one of Node itself, and for one that has no file. */
function readFrame(frame: string): Frame | undefined {
  const [, call, path, line] =
    /^\s+at (?:async )?(?:(.+) \()?(?:file:\/\/)?(.+?)(?:\?[^:]*)?:(\d+):\d+\)?$/.exec(frame) ?? [];
  if (path === undefined || line === undefined || path.startsWith("node:")) return undefined;
  return { specifier: files.get(decodeURI(path)), line, call };
}

/** The innermost line of an error's stack that is in a plug-in. */
function frameInPlugin(error: Error): Frame | undefined {
  const frames = error.stack?.split("\n").slice(1).map(readFrame) ?? [];
  return frames.find((frame) => frame?.specifier !== undefined);
}

/** Returns the innermost line of a plug-in that an error passed; undefined when it passed none. */
export function lineInPlugin(error: unknown, specifier: string): string | undefined {
  const frame = error instanceof Error ? frameInPlugin(error) : undefined;
  return frame?.specifier === specifier ? frame.line : undefined;
}

/**
 * Returns whether an error is a fault of heed: a `RangeError`, such as a stack overflow, that a file of heed threw. The
 * caller does not matter. heed checks sizes before it allocates, and does not recurse over input.
 */
export function isFaultOfHeed(error: unknown): boolean {
  if (!(error instanceof RangeError) || isHeedError(error)) return false;
  const [innermost] = (error.stack?.split("\n") ?? []).map(readFrame).filter((frame) => frame !== undefined);
  return innermost?.specifier === undefined;
}

/**
 * Describes the innermost place in a plug-in that an error passed: `./mine.ts:12, encode`. It finds what `guardExtension`
 * cannot wrap: methods of a model, a tokenizer, an optimizer or a backend that a plug-in creates.
 *
 * @returns undefined for an error of heed itself
 */
export function placeInPlugin(error: Error): string | undefined {
  if (error instanceof PluginError || files.size === 0 || isFaultOfHeed(error)) return undefined;
  const frame = frameInPlugin(error);
  return frame && `${frame.specifier}:${frame.line}${frame.call === undefined ? "" : `, ${frame.call}`}`;
}
