import { configSchema } from "@heed/train";
import type { Context } from "../context.js";
import { loadPlugins, type PluginArguments } from "../plugins/load-plugins.js";
import { namedRecipe } from "./recipes.js";

/** The options of `heed schema`. */
export interface SchemaOptions extends PluginArguments {
  readonly recipe?: string;
}

/** `heed schema`: prints the JSON schema of a configuration file. */
export async function schemaCommand({ recipe, ...options }: SchemaOptions, { output }: Context): Promise<number> {
  const { plugins } = await loadPlugins(options);
  if (recipe !== undefined) namedRecipe(recipe, plugins);
  output.print(JSON.stringify(configSchema({ recipe, plugins }), null, 2));
  return 0;
}
