import type { Named } from "@heed/core";
import * as z from "zod/mini";

/** The schema of a name for which types and JSON schemas offer the built-in names. */
export type ExtensionName = z.ZodMiniUnion<readonly [z.ZodMiniEnum<Record<string, string>>, z.ZodMiniString<string>]>;

/**
 * Describes an option that names an extension, such as a scorer: a built-in one, or one from outside. The schema accepts
 * every name. Whoever checks a configuration reads the kind of extension from the metadata of the option, and looks up the
 * name there.
 *
 * @param builtIn - the extensions whose names types and JSON schemas offer
 * @example
 * const scorer = option(extensionName(builtInScorers), "additive", { extension: "scorer", description: "…" });
 */
export function extensionName(builtIn: Iterable<Named>): ExtensionName {
  return z.union([z.enum(Array.from(builtIn, ({ name }) => name)), z.string()]);
}
