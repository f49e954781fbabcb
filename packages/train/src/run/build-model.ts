import type { Random } from "@heed/core";
import type { Vocabulary } from "@heed/datasets";
import type { BuildContext, Seq2SeqModel } from "@heed/seq2seq";
import { findRecipe, type RunConfig } from "../config/run-config.js";
import type { AnyRecipe } from "../recipe.js";
import { builtInRecipes } from "../recipes/index.js";

/** What a configuration may name besides the built-in recipes and scorers. */
export interface Extensions {
  /** The recipes that may be named; default: the built-in ones. */
  readonly recipes?: readonly AnyRecipe[] | undefined;
  /** The scorers that may be named; default: the built-in ones. */
  readonly scorers?: BuildContext["scorers"] | undefined;
}

/** Tells whether source and target have one vocabulary. */
export function sharesVocabulary({ data }: RunConfig): boolean {
  return "task" in data || data.sharedVocabulary;
}

/** Builds the untrained model of a configuration. */
export function buildModel(
  config: RunConfig,
  { source, target }: { readonly source: Vocabulary; readonly target: Vocabulary },
  random: Random,
  { recipes = builtInRecipes, scorers }: Extensions,
): Seq2SeqModel {
  const model = findRecipe(config.recipe, recipes).build(config.model, {
    source,
    target,
    sharedVocabulary: sharesVocabulary(config),
    random,
    ...(scorers ? { scorers } : {}),
  });
  model.fused = config.training.fused;
  return model;
}
