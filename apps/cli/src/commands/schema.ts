import { configSchema } from "@heed/train";
import type { Context } from "../context.js";
import { namedRecipe } from "./recipes.js";

/** The options of `heed schema`. */
export interface SchemaOptions {
  readonly recipe?: string;
}

/** `heed schema`: prints the JSON schema of a configuration file. */
export function schemaCommand({ recipe }: SchemaOptions, { output }: Context): number {
  if (recipe !== undefined) namedRecipe(recipe);
  output.print(JSON.stringify(configSchema({ recipe }), null, 2));
  return 0;
}
