import { HeedError } from "./heed-error.js";
import { didYouMean, quoted } from "./names.js";
import { faultOfValue, type OptionSpec, type OptionValues, shown, withDefaults } from "./options.js";
import type { Named } from "./registry.js";

/** The kinds of extension: everything that is found by name, and that a plug-in can add. */
export const extensionKinds = [
  ...(["scorer", "normalizer", "mask", "tokenizer", "recipe", "task"] as const),
  ...(["optimizer", "schedule", "metric", "backend"] as const),
] as const;

/** A kind of extension. */
export type ExtensionKind = (typeof extensionKinds)[number];

/** The property that holds the kind of an extension. It is the same symbol in every copy of this package. */
export const extensionBrand: unique symbol = Symbol.for("heed.extension");

/** What a `define…` function returns. */
export interface Extension<K extends ExtensionKind = ExtensionKind> extends Named {
  readonly [extensionBrand]: K;
}

/** What a field holds. `text` is not empty; `options` describes each option by an {@link OptionSpec}. */
type FieldType = "text" | "number" | "boolean" | "function" | "object" | "list" | "options";

/** The fields of a definition `D`, besides `name` and `aliases`, and what each of them holds. A `?` marks optional fields. */
export type ExtensionFields<D> = {
  readonly [F in Exclude<keyof D, keyof Extension>]-?: Record<never, never> extends Pick<D, F>
    ? `${FieldType}?`
    : FieldType;
};

/**
 * Checks a definition and marks it as an extension of a kind. Every `define…` function calls it.
 *
 * @param definition - `name` is the name in configurations: letters, digits, `-` and `_`, first a letter
 * @param fields - all other fields of the definition
 * @returns a frozen copy
 * @throws HeedError when a field is missing, unknown, or holds something else
 * @example
 * interface GreetingDefinition extends Named {
 *   greet(): string;
 * }
 * const defineMetric = (definition: GreetingDefinition) => defineExtension("metric", definition, { greet: "function" });
 */
export function defineExtension<K extends ExtensionKind, D extends Named>(
  kind: K,
  definition: D,
  fields: ExtensionFields<D>,
): D & Extension<K> {
  const define = `define${kind[0]!.toUpperCase()}${kind.slice(1)}`;
  if (typeof definition !== "object" || definition === null) {
    throw new HeedError(`${define} expects an object with a name and other fields, got ${shown(definition)}.`);
  }
  checkName(kind, definition, define);
  const known: Readonly<Record<string, string>> = fields;
  const values = definition as unknown as Readonly<Record<string, unknown>>;
  const owner = `the ${kind} ${quoted([definition.name])}`;
  const unknown = Object.keys(values).find((key) => !Object.hasOwn(known, key) && key !== "name" && key !== "aliases");
  if (unknown !== undefined) {
    const names = Object.keys(known);
    throw new HeedError(
      `${define}: ${owner} has the field ${quoted([unknown])}, which does not exist.${didYouMean(unknown, names)} Known: name, aliases, ${names.join(", ")}.`,
    );
  }
  for (const [field, expected] of Object.entries(known)) {
    const value = values[field];
    const type = expected.replace("?", "") as FieldType;
    if (value === undefined && type !== expected) continue;
    if (!holds[type](value)) {
      throw new HeedError(`${define}: ${field} of ${owner} must be ${nouns[type]}, got ${shown(value)}.`);
    }
    if (type === "options") checkSpecs(value as Readonly<Record<string, unknown>>, owner, define);
  }
  return Object.freeze({ ...definition, [extensionBrand]: kind });
}

/** Returns the kind of an extension, also of one that another copy of heed defined; `null` for all other values. */
export function extensionKind(value: unknown): ExtensionKind | null {
  if (typeof value !== "object" || value === null) return null;
  const kind = (value as { readonly [extensionBrand]?: unknown })[extensionBrand];
  return extensionKinds.find((known) => known === kind) ?? null;
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const holds: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string" && value.trim() !== "",
  number: (value) => typeof value === "number" && !Number.isNaN(value),
  boolean: (value) => typeof value === "boolean",
  function: (value) => typeof value === "function",
  object: isObject,
  list: Array.isArray,
  options: isObject,
};

const nouns: Readonly<Record<FieldType, string>> = {
  text: "text that is not empty",
  number: "a number",
  boolean: "true or false",
  function: "a function",
  object: "an object",
  list: "a list",
  options: "an object with a description of each option ({} when there is none)",
};

const namePattern = /^[A-Za-z][A-Za-z0-9_-]*$/;

function checkName(kind: string, { name, aliases = [] }: Named, define: string): void {
  const wanted = "letters, digits, hyphens and underscores, first a letter";
  const isName = (value: unknown) => typeof value === "string" && namePattern.test(value);
  if (!isName(name)) throw new HeedError(`${define}: name of a ${kind} must be ${wanted}, got ${shown(name)}.`);
  if (!Array.isArray(aliases)) {
    throw new HeedError(`${define}: aliases of the ${kind} "${name}" must be a list of names, got ${shown(aliases)}.`);
  }
  const wrong = aliases.find((alias) => !isName(alias));
  if (wrong === undefined && !aliases.includes(undefined)) return;
  throw new HeedError(`${define}: an alias of the ${kind} "${name}" must be ${wanted}, got ${shown(wrong)}.`);
}

const optionTypes: readonly OptionSpec["type"][] = ["string", "boolean", "integer", "number", "numbers"];

/** Checks that each option is described, and accepts its own default. */
function checkSpecs(options: Readonly<Record<string, unknown>>, owner: string, define: string): void {
  for (const [option, spec] of Object.entries(options)) {
    const subject = `${define}: the option ${option} of ${owner}`;
    const { type, meaning, default: initial } = (isObject(spec) ? spec : {}) as Partial<OptionSpec>;
    if (type === undefined || !optionTypes.includes(type) || !holds.text(meaning)) {
      throw new HeedError(
        `${subject} must be described by { type, default, meaning }, with a type of ${quoted(optionTypes)}, got ${shown(spec)}.`,
      );
    }
    const fault = initial === undefined ? undefined : faultOfValue(spec as OptionSpec, initial, "The default");
    if (fault !== undefined) throw new HeedError(`${subject} does not accept its own default. ${fault}`);
  }
  const specs = options as Readonly<Record<string, OptionSpec>>;
  const defaults: OptionValues = withDefaults(specs, {});
  for (const [option, value] of Object.entries(defaults)) {
    const fault = specs[option]!.fault?.(value, defaults);
    if (fault === undefined) continue;
    throw new HeedError(`${define}: the option ${option} of ${owner} does not accept its own default. ${fault}`);
  }
}
