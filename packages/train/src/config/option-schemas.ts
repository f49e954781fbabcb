import * as z from "zod/mini";
import { type Catalog, type ConfigKind, catalogOf, registryOf } from "../plugins/catalog.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import type { AnyRecipe } from "../recipe.js";
import { taskDataSchema, textDataSchema } from "./data-schema.js";
import { type JsonSchema, optionProperties } from "./option-properties.js";
import { checkConfig } from "./run-config.js";
import { schemaMeta, schemaShape } from "./schema-keys.js";
import { trainingSchema } from "./training-schema.js";

/** The JSON schemas of the sections of a configuration. */
export interface OptionSchemas {
  readonly model: JsonSchema;
  /** Data of a synthetic task. */
  readonly task: JsonSchema;
  /** Data that is text. */
  readonly text: JsonSchema;
  readonly training: JsonSchema;
}

/** One key of a configuration. */
export interface OptionInfo {
  /** The dotted key, such as `model.hiddenSize`. */
  readonly key: string;
  /** For a key of `data`: the kind of data that has it. */
  readonly kind?: "task" | "text";
  readonly description: string;
  /** Undefined when there is none. */
  readonly default: unknown;
  /** The default for text, if it is another one. */
  readonly textDefault?: unknown;
  /** The values that the key may have, if they are few; the known names, if it names an extension. */
  readonly choices?: readonly unknown[];
}

/** The kinds of extension whose options are in configurations. */
type OptionsKind = "tokenizer" | "task" | "optimizer" | "schedule";

type Values = Readonly<Record<string, unknown>>;

/** A section, and its defaults with a recipe. */
interface Section {
  readonly schema: z.core.$ZodType;
  readonly defaults: Values;
  /** The defaults for text, where the section has others. */
  readonly textDefaults: Values;
}

/** Resolves a recipe for its own task and for text, which gives the defaults. */
function sectionsOf(recipe: AnyRecipe, plugins: PluginOptions["plugins"] = []): Record<keyof OptionSchemas, Section> {
  const { name } = recipe;
  const options = { plugins: [...plugins, recipe] };
  const task = checkConfig({ recipe: name, data: "task" in recipe.data ? {} : { task: "copy" } }, options);
  const text = checkConfig({ recipe: name }, { ...options, text: true });
  return {
    model: { schema: recipe.model, defaults: task.model, textDefaults: text.model },
    task: { schema: taskDataSchema, defaults: task.data, textDefaults: {} },
    text: { schema: textDataSchema, defaults: text.data, textDefaults: {} },
    training: { schema: trainingSchema, defaults: task.training, textDefaults: text.training },
  };
}

/**
 * Lists every key of `model`, `data` and `training` of a recipe, with its default and its meaning. The options of optimizers,
 * schedules and tokenizers are listed after the key that has them.
 *
 * @example
 * for (const { key, default: value, description } of recipeOptions(bahdanau)) console.log(key, value, description);
 */
export function recipeOptions(recipe: AnyRecipe, { plugins }: PluginOptions = {}): OptionInfo[] {
  const catalog = catalogOf(plugins);
  return Object.entries(sectionsOf(recipe, plugins)).flatMap(([name, { schema, defaults, textDefaults }]) => {
    const kind = name === "task" || name === "text" ? name : undefined;
    const section = kind ? "data" : name;
    const info = (key: string, each: JsonSchema, value: unknown, textValue: unknown): OptionInfo => ({
      key: `${section}.${key}`,
      ...(kind && { kind }),
      description: each.description ?? "",
      default: value,
      ...(differ(value, textValue) && { textDefault: textValue }),
      ...choicesOf(each),
    });
    return Object.entries(propertiesOf(jsonSchema(schema, catalog))).flatMap(([key, each]) => {
      const own = info(key, each, defaults[key], key in textDefaults ? textDefaults[key] : defaults[key]);
      if (schemaMeta(schemaShape(schema)[key])?.optionsOf === undefined) return [own];
      const nested = Object.entries(propertiesOf(each));
      return [own, ...nested.map(([option, spec]) => info(`${key}.${option}`, spec, spec.default, spec.default))];
    });
  });
}

function choicesOf({ enum: values, anyOf = [] }: JsonSchema): Pick<OptionInfo, "choices"> {
  const choices = values ?? anyOf.flatMap((branch) => (typeof branch === "object" ? (branch.enum ?? []) : []));
  return choices.length > 0 ? { choices } : {};
}

/** Returns the JSON schemas of a recipe, with its defaults; those for text are in the descriptions. */
export function optionSchemas(recipe: AnyRecipe, { plugins }: PluginOptions = {}): OptionSchemas {
  const catalog = catalogOf(plugins);
  const described = ({ schema, defaults, textDefaults }: Section): JsonSchema => {
    const json = jsonSchema(schema, catalog);
    const properties = Object.entries(propertiesOf(json)).map(([key, each]) => {
      const { description = "", default: _, ...rest } = each;
      const value = defaults[key];
      const differs = key in textDefaults && differ(textDefaults[key], value);
      const both = `${description} Default: ${code(value)}; for text: ${code(textDefaults[key])}.`;
      return [
        key,
        { description: differs ? both : description, ...(value !== undefined && { default: value }), ...rest },
      ];
    });
    // A key without a default has the recipe's.
    const { required, ...rest } = json;
    return { ...rest, properties: Object.fromEntries(properties) };
  };
  const { model, task, text, training } = sectionsOf(recipe, plugins);
  return { model: described(model), task: described(task), text: described(text), training: described(training) };
}

/**
 * Returns the JSON schema of what may be given to a schema. Keys that name an extension offer the names of the catalog, and
 * keys for the options of extensions have the options of all that the catalog has.
 */
export function jsonSchema(schema: z.core.$ZodType, catalog: Catalog): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ jsonSchema: each }) {
      // Every integer has these limits.
      if (each.maximum === Number.MAX_SAFE_INTEGER) delete each.maximum;
      if (each.minimum === Number.MIN_SAFE_INTEGER) delete each.minimum;
      const { extension, optionsOf } = each as { extension?: ConfigKind; optionsOf?: OptionsKind };
      delete each.extension;
      delete each.optionsOf;
      if (extension && each.anyOf) {
        each.anyOf = [{ type: "string", enum: [...registryOf(catalog, extension).names] }, { type: "string" }];
      }
      if (optionsOf) {
        each.properties = { ...each.properties, ...optionProperties(catalog[`${optionsOf}s`]) };
        each.additionalProperties = false;
      }
    },
  });
  return json;
}

function propertiesOf({ properties = {} }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return properties as Readonly<Record<string, JsonSchema>>;
}

function differ(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

/** Formats a value as code. */
function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
