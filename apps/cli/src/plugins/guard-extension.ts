import { type Extension, extensionKind, isHeedError } from "@heed/core";
import { isFaultOfHeed, lineInPlugin, PluginError } from "./plugin-error.js";

/** Errors that are reported as they are: blamed already, or faults of the configuration. */
const passed = ["PluginError", "ConfigError", "OptionError"];

type Call = (...args: unknown[]) => unknown;

/**
 * Wraps the functions of an extension, and the functions that these return. Their errors name the plug-in, the line, the
 * kind, the name and the function, because they are not faults of heed.
 *
 * @param specifier - the plug-in, as the user wrote it
 */
export function guardExtension<E extends Extension>(extension: E, specifier: string): E {
  const subject = `the ${extensionKind(extension)} ${extension.name}`;
  const guarded = Object.entries(extension).flatMap(([key, value]) =>
    typeof value === "function" ? [[key, guard(value as Call, specifier, `${key} of ${subject}`)]] : [],
  );
  return Object.freeze({ ...extension, ...Object.fromEntries(guarded) });
}

function guard(call: Call, specifier: string, what: string): Call {
  const blame = (error: unknown): never => {
    if (isFaultOfHeed(error) || passed.some((name) => isHeedError(error, name))) throw error;
    const line = lineInPlugin(error, specifier);
    const place = line === undefined ? specifier : `${specifier}:${line}`;
    throw new PluginError(`${place}, ${what}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  };
  return function (this: unknown, ...args) {
    try {
      const result = call.apply(this, args);
      if (result instanceof Promise) return result.catch(blame);
      return typeof result === "function" ? guard(result as Call, specifier, what) : result;
    } catch (error) {
      return blame(error);
    }
  };
}
