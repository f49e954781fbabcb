import { Registry, UnknownNameError } from "@heed/core";
import * as z from "zod";
import type { AnyRecipe } from "../recipe.js";
import { builtInRecipes } from "../recipes/index.js";
import { ConfigError } from "./config-error.js";
import { type DataConfig, taskDataSchema, textDataSchema } from "./data-schema.js";
import { parseSection } from "./parse-section.js";
import { type TrainingConfig, trainingSchema } from "./training-schema.js";

/** Everything that decides what a run does: with the same machine and the same configuration, the same bits. */
export interface RunConfig {
  readonly recipe: string;
  readonly seed: number;
  /** The recipe's own options. */
  readonly model: Readonly<Record<string, unknown>>;
  readonly data: DataConfig;
  readonly training: TrainingConfig;
}

const outline = z.strictObject({
  recipe: z.string(),
  seed: z.int().min(0).default(0),
  model: z.record(z.string(), z.unknown()).default({}),
  data: z.record(z.string(), z.unknown()).default({}),
  training: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Returns the recipe with a name.
 * @throws ConfigError when there is none; the message lists all names
 */
export function findRecipe(name: string, recipes: readonly AnyRecipe[] = builtInRecipes): AnyRecipe {
  try {
    return new Registry("recipe", recipes).get(name);
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error;
    throw new ConfigError([{ path: "recipe", message: error.message }], { cause: error });
  }
}

/**
 * Fills in a recipe's defaults and checks every key and value. Data that names files takes the place of a recipe's
 * synthetic task, and the other way round.
 *
 * @param input - parsed YAML or JSON: `recipe`, and whatever differs from its defaults
 * @throws ConfigError naming each unknown key ("did you mean") and each wrong value
 */
export function resolveConfig(input: unknown, recipes: readonly AnyRecipe[] = builtInRecipes): RunConfig {
  const given = parseSection("", outline, input);
  const recipe = findRecipe(given.recipe, recipes);
  const asked = given.data;
  const wantsText = "source" in asked || "target" in asked || "tsv" in asked;
  const wantsTask = "task" in asked || (!wantsText && "task" in recipe.data);
  const kindMatches = wantsTask === "task" in recipe.data;
  const data = { ...(kindMatches ? recipe.data : {}), ...asked };
  return {
    recipe: recipe.name,
    seed: given.seed,
    model: parseSection("model", recipe.model, given.model) as Readonly<Record<string, unknown>>,
    data: wantsTask ? parseSection("data", taskDataSchema, data) : parseSection("data", textDataSchema, data),
    training: parseSection("training", trainingSchema, { ...recipe.training, ...given.training }),
  };
}
