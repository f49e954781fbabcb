import type { Random } from "@heed/core";
import type { BuildContext, Seq2SeqModel } from "@heed/seq2seq";
import type { Tokenizer, TokenizerExtension } from "@heed/tokenizers";
import { findRecipe, type RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import type { AnyRecipe } from "../recipe.js";
import { builtInRecipes } from "../recipes/index.js";

/** What a configuration may name besides the built-in recipes, scorers and tokenizers. */
export interface Extensions {
  /** The recipes that may be named; default: the built-in ones. */
  readonly recipes?: readonly AnyRecipe[] | undefined;
  /** The scorers that may be named; default: the built-in ones. */
  readonly scorers?: BuildContext["scorers"] | undefined;
  /** The tokenizers that may be named besides the built-in ones. */
  readonly tokenizers?: readonly TokenizerExtension[] | undefined;
}

/** Returns whether source and target have one tokenizer, and so one vocabulary. */
export function sharesTokenizer({ data }: RunConfig): boolean {
  return "task" in data || data.sharedVocabulary;
}

/** Builds the untrained model of a configuration. */
export function buildModel(
  config: RunConfig,
  { source, target }: Sides<Tokenizer>,
  random: Random,
  { recipes = builtInRecipes, scorers }: Extensions,
): Seq2SeqModel {
  const model = findRecipe(config.recipe, recipes).build(config.model, {
    source: source.vocabulary,
    target: target.vocabulary,
    sharedVocabulary: sharesTokenizer(config),
    random,
    ...(scorers ? { scorers } : {}),
  });
  model.fused = config.training.fused;
  return model;
}
