import type { Random } from "@heed/core";
import type { Vocabulary } from "@heed/datasets";
import {
  type AnyRecipe,
  type BuildContext,
  builtInRecipes,
  findRecipe,
  type RunConfig,
  type Seq2SeqModel,
} from "@heed/seq2seq";
import { padId } from "../loop/seq2seq-loss.js";

/** What may be named in a configuration besides what comes along. */
export interface Extensions {
  /** The recipes that may be named; by default the built-in ones. */
  readonly recipes?: readonly AnyRecipe[] | undefined;
  /** The scorers that may be named; by default the built-in ones. */
  readonly scorers?: BuildContext["scorers"] | undefined;
}

/** Whether source and target have one vocabulary. */
export function sharesVocabulary({ data }: RunConfig): boolean {
  return "task" in data || data.sharedVocabulary;
}

/** The untrained model of a configuration. */
export function buildModel(
  config: RunConfig,
  { source, target }: { readonly source: Vocabulary; readonly target: Vocabulary },
  random: Random,
  { recipes = builtInRecipes, scorers }: Extensions,
): Seq2SeqModel {
  return findRecipe(config.recipe, recipes).build(config.model, {
    sourceSize: source.size,
    targetSize: target.size,
    sharedVocabulary: sharesVocabulary(config),
    padId,
    random,
    ...(scorers ? { scorers } : {}),
  });
}
