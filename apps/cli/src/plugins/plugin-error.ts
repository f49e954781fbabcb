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

/** What the user called the file of a line of a stack, and the place in it; the specifier is undefined for other files. */
function readFrame(frame: string): { specifier: string | undefined; place: string } | undefined {
  const [, call, path, line] =
    /^\s+at (?:async )?(?:(.+) \()?(?:file:\/\/)?(.+?)(?:\?[^:]*)?:(\d+):\d+\)?$/.exec(frame) ?? [];
  if (path === undefined || path.startsWith("node:")) return undefined;
  const specifier = files.get(decodeURI(path));
  return { specifier, place: `${specifier}:${line}${call === undefined ? "" : `, ${call}`}` };
}

/**
 * Returns whether an error is a fault of heed, whoever called it: a `RangeError` such as a stack overflow, thrown in a file
 * of heed. heed checks sizes before it allocates, and does not recurse over input.
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
  for (const frame of error.stack?.split("\n").slice(1) ?? []) {
    const read = readFrame(frame);
    if (read?.specifier !== undefined) return read.place;
  }
  return undefined;
}
