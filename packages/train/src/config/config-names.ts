import { maskOptions } from "@heed/attention";
import { isHeedError } from "@heed/core";
import type { OptionNames } from "@heed/seq2seq";
import type * as z from "zod/mini";
import { type Catalog, type ConfigKind, registryOf } from "../plugins/catalog.js";
import { ConfigError, type ConfigIssue } from "./config-error.js";
import { taskDataSchema, textDataSchema } from "./data-schema.js";
import { readSection } from "./parse-section.js";
import { schemaMeta, schemaShape } from "./schema-keys.js";
import { trainingSchema } from "./training-schema.js";

/** A resolved configuration. */
interface NamingConfig {
  readonly recipe: string;
  readonly model: object;
  readonly data: object;
  readonly training: object;
}

/** The name of an extension in a configuration. */
export interface ConfigName {
  readonly kind: ConfigKind;
  readonly name: string;
  /** The dotted key, such as `model.scorer`. */
  readonly path: string;
  /** For an extension that stands as a key, such as a mask: the value of the key. */
  readonly options?: unknown;
}

/**
 * Lists the extensions that a section of a configuration names. The metadata of its schema says which keys hold a name, and
 * of which kind: `extension: "scorer"`.
 *
 * @param section - its key; empty for the whole configuration
 * @param values - they need not be valid: values that are not names are left out
 */
function namesIn(section: string, schema: z.core.$ZodType, values: unknown): ConfigName[] {
  if (!isRecord(values)) return [];
  return Object.entries(schemaShape(schema)).flatMap(([key, each]): ConfigName[] => {
    const value = values[key];
    const path = section === "" ? key : `${section}.${key}`;
    const kind = schemaMeta(each)?.extension as ConfigKind | undefined;
    if (kind === undefined) return namesIn(path, each, value);
    if (typeof value === "string") return [{ kind, name: value, path }];
    if (!isRecord(value)) return [];
    return Object.entries(value).map(([name, options]) => ({ kind, name, path: `${path}.${name}`, options }));
  });
}

/** Lists the extensions that a configuration names. */
export function configNames({ recipe, model, data, training }: NamingConfig, { recipes }: Catalog): ConfigName[] {
  return [
    { kind: "recipe", name: recipe, path: "recipe" },
    ...(recipes.has(recipe) ? namesIn("model", recipes.get(recipe).model, model) : []),
    ...namesIn("data", "task" in data ? taskDataSchema : textDataSchema, data),
    ...namesIn("training", trainingSchema, training),
  ];
}

/** Returns a fault for each name that the catalog does not have, and for each mask with an unknown option. */
function nameIssues(names: readonly ConfigName[], catalog: Catalog): ConfigIssue[] {
  return names.flatMap(({ kind, name, path, options }) => {
    try {
      registryOf(catalog, kind).get(name);
      if (kind === "mask" && isRecord(options)) maskOptions(catalog.masks.get(name), options as Record<string, number>);
      return [];
    } catch (error) {
      if (!isHeedError(error)) throw error;
      // The message names the kind, so that the path of the recipe adds nothing.
      return [{ path, message: path === kind ? error.message : `${path}: ${error.message}` }];
    }
  });
}

/** A section with defaults filled in, and the faults of it. */
export interface CheckedSection<T> {
  /** Missing when there are issues; a section with an unknown name may have a value. */
  readonly value?: T | undefined;
  readonly issues: readonly ConfigIssue[];
}

/**
 * Reads one section of a configuration, and looks up the names in it.
 *
 * @param section - its key; empty for the whole configuration
 * @param options - `suggestions` and `whySuggested`: as in {@link readSection}
 */
export function checkSection<S extends z.core.$ZodType>(
  section: string,
  schema: S,
  values: unknown,
  { catalog, ...names }: { readonly catalog: Catalog } & Pick<OptionNames, "suggestions" | "whySuggested">,
): CheckedSection<z.output<S>> {
  const { value, issues = [] } = readSection(section, schema, values, names);
  return { value, issues: [...issues, ...nameIssues(namesIn(section, schema, value ?? values), catalog)] };
}

/**
 * Checks that the catalog has every extension that a configuration names.
 * @throws ConfigError naming each unknown name
 */
export function assertNames(config: NamingConfig, catalog: Catalog): void {
  const issues = nameIssues(configNames(config, catalog), catalog);
  if (issues.length > 0) throw new ConfigError(issues);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
