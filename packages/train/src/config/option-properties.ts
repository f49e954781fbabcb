import type { Named, OptionSpec, OptionSpecs } from "@heed/core";
import type * as z from "zod/mini";

/** The JSON schema of one section, or of one key of it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** An extension that describes its options. */
interface WithOptions extends Named {
  readonly options: OptionSpecs;
}

/**
 * Returns the options of some extensions as properties of a JSON schema. The description of an option names the extensions
 * that have it, unless all have it.
 */
export function optionProperties(extensions: Iterable<WithOptions>): Readonly<Record<string, JsonSchema>> {
  const all = [...extensions];
  const keys = new Set(all.flatMap(({ options }) => Object.keys(options)));
  return Object.fromEntries(Array.from(keys, (key) => [key, propertyOf(key, all)]));
}

function propertyOf(key: string, all: readonly WithOptions[]): JsonSchema {
  const owners = all.filter(({ options }) => Object.hasOwn(options, key));
  const specs = owners.map(({ name, options }) => ({ name, spec: options[key]! }));
  const first = specs[0]!.spec;
  const meanings = new Set(specs.map(({ spec }) => spec.meaning));
  const of = owners.length < all.length ? ` Option of ${listed(owners.map(({ name }) => name))}.` : "";
  const defaults = new Set(specs.map(({ spec }) => JSON.stringify(spec.default)));
  const differing = specs.map(({ name, spec }) => `\`${JSON.stringify(spec.default) ?? "none"}\` for \`${name}\``);
  return {
    ...typeOf(first),
    description: `${[...meanings].join(" ")}${of}${defaults.size > 1 ? ` Default: ${differing.join(", ")}.` : ""}`,
    ...(defaults.size === 1 && first.default !== undefined && { default: first.default as JsonSchema["default"] }),
  };
}

function typeOf({ type, minimum, maximum, above, below, length, choices }: OptionSpec): JsonSchema {
  const limits = {
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(below !== undefined && { exclusiveMaximum: below }),
  };
  if (type === "numbers") {
    const size = length === undefined ? {} : { minItems: length, maxItems: length };
    return { type: "array", items: { type: "number", ...limits }, ...size };
  }
  if (type === "string") return { type, ...(choices && { enum: [...choices] }) };
  return { type, ...limits };
}

/** Formats names as `a`, `b` and `c`. */
function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
}
