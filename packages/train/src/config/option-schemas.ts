import * as z from "zod";
import type { AnyRecipe } from "../recipe.js";
import { taskDataSchema, textDataSchema } from "./data-schema.js";
import { textDefaults, textModelDefaults } from "./text-defaults.js";
import { trainingSchema } from "./training-schema.js";

/** The JSON schema of one section, or of one key of it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

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
  /** The values that the key may have, if they are few. */
  readonly choices?: readonly unknown[];
}

type Values = Readonly<Record<string, unknown>>;

/** Defaults that take the place of those in a schema. */
interface Defaults {
  readonly schema: JsonSchema;
  readonly plain?: Values;
  /** For text. */
  readonly text?: Values;
}

function sectionsOf(recipe: AnyRecipe): Readonly<Record<keyof OptionSchemas, Defaults>> {
  const { model, data, training } = recipe;
  return {
    model: { schema: jsonSchema(model), text: textModelDefaults(recipe, { given: {}, sharedVocabulary: false }) },
    task: { schema: jsonSchema(taskDataSchema), ...("task" in data && { plain: data }) },
    text: { schema: jsonSchema(textDataSchema), ...(!("task" in data) && { plain: data }) },
    training: { schema: jsonSchema(trainingSchema), plain: training, text: textDefaults.training },
  };
}

/**
 * Lists every key of `model`, `data` and `training` of a recipe, with its default and its meaning.
 *
 * @example
 * for (const { key, default: value, description } of recipeOptions(bahdanau)) console.log(key, value, description);
 */
export function recipeOptions(recipe: AnyRecipe): OptionInfo[] {
  return Object.entries(sectionsOf(recipe)).flatMap(([name, { schema, plain = {}, text = {} }]) => {
    const kind = name === "task" || name === "text" ? name : undefined;
    return Object.entries(schema.properties ?? {}).map(([key, each]): OptionInfo => {
      const { description = "", default: own, enum: choices } = each as JsonSchema;
      const value = plain[key] ?? own;
      return {
        key: `${kind ? "data" : name}.${key}`,
        ...(kind && { kind }),
        description,
        default: value,
        ...(key in text && text[key] !== value && { textDefault: text[key] }),
        ...(choices && { choices }),
      };
    });
  });
}

/** Returns the JSON schemas of a recipe, with its defaults; those for text are in the descriptions. */
export function optionSchemas(recipe: AnyRecipe): OptionSchemas {
  const described = ({ schema, plain = {}, text = {} }: Defaults): JsonSchema => {
    const properties = Object.entries(schema.properties ?? {}).map(([key, each]) => {
      const { description = "", default: own, ...rest } = each as JsonSchema;
      const value = plain[key] ?? own;
      const differs = key in text && text[key] !== value;
      return [
        key,
        {
          description: differs ? `${description} Default: ${code(value)}; for text: ${code(text[key])}.` : description,
          ...(value !== undefined && { default: value }),
          ...rest,
        },
      ];
    });
    // A key without a default has the recipe's.
    const { required: _, ...rest } = schema;
    return { ...rest, properties: Object.fromEntries(properties) };
  };
  const { model, task, text, training } = sectionsOf(recipe);
  return {
    model: described(model),
    task: described(task),
    text: described(text),
    training: described(training),
  };
}

/** Formats a value as code. */
function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** The JSON schema of what may be given to a schema. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ jsonSchema: each }) {
      // Every integer has these limits.
      if (each.maximum === Number.MAX_SAFE_INTEGER) delete each.maximum;
      if (each.minimum === Number.MIN_SAFE_INTEGER) delete each.minimum;
    },
  });
  return json;
}
