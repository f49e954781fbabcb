import { catalogOf } from "../plugins/catalog.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import type { JsonSchema } from "./option-properties.js";
import { jsonSchema, optionSchemas } from "./option-schemas.js";
import { findRecipe, outlineSchema } from "./run-config.js";

/** Options of {@link configSchema}. */
export interface SchemaOptions extends PluginOptions {
  /** The name of the only recipe that the file may name. Default: every recipe. */
  readonly recipe?: string | undefined;
}

/**
 * Returns the JSON schema (draft 2020-12) of a configuration file, for editors: names, types, defaults and meaning of every
 * key. `recipe` decides which keys `model` has.
 *
 * @throws ConfigError when there is no such recipe
 * @example
 * await writeFile("heed.schema.json", JSON.stringify(configSchema()));
 */
export function configSchema({ recipe: only, plugins }: SchemaOptions = {}): Readonly<Record<string, unknown>> {
  const catalog = catalogOf(plugins);
  const { properties = {}, ...outline } = jsonSchema(outlineSchema, catalog);
  const { description = "" } = properties.data as JsonSchema;
  const shared = new Map<string, JsonSchema>();
  /** A reference to a schema that several recipes may have. */
  const refer = (name: string, schema: JsonSchema, recipe: string): JsonSchema => {
    const known = shared.get(name);
    const key = known && JSON.stringify(known) !== JSON.stringify(schema) ? `${recipe}-${name}` : name;
    shared.set(key, schema);
    return { $ref: `#/$defs/${key}` };
  };
  const recipes = only === undefined ? [...catalog.recipes] : [findRecipe(only, plugins)];
  const branches = recipes.map((recipe): JsonSchema => {
    const { name, summary } = recipe;
    const { model, training, task, text } = optionSchemas(recipe, { plugins });
    return {
      title: name,
      description: summary,
      ...outline,
      properties: {
        ...properties,
        recipe: { const: name, description: summary },
        model: { ...model, description: "Options of the model." },
        data: { description, anyOf: [refer("task", task, name), refer("text", text, name)] },
        training: { ...refer("training", training, name), description: "Options of training." },
      },
    };
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...(branches.length === 1 ? branches[0] : { title: "Configuration of heed", oneOf: branches }),
    $defs: Object.fromEntries(shared),
  };
}
