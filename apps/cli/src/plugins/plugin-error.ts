import { realpathSync } from "node:fs";
import { HeedError } from "@heed/core";

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

/**
 * Describes the innermost place in a plug-in that an error passed: `./mine.ts:12, encode`. It finds what `guardExtension`
 * cannot wrap: methods of a model, a tokenizer, an optimizer or a backend that a plug-in creates.
 *
 * @returns undefined for an error of heed itself
 */
export function placeInPlugin(error: Error): string | undefined {
  if (error instanceof PluginError || files.size === 0) return undefined;
  for (const frame of error.stack?.split("\n").slice(1) ?? []) {
    const [, call, path = "", line] =
      /^\s+at (?:async )?(?:(.+) \()?(?:file:\/\/)?(.+?)(?:\?[^:]*)?:(\d+):\d+\)?$/.exec(frame) ?? [];
    const specifier = files.get(decodeURI(path));
    if (specifier !== undefined) return `${specifier}:${line}${call === undefined ? "" : `, ${call}`}`;
  }
  return undefined;
}
