import type { Normalizer, Scorer } from "@heed/attention";
import { type AnyRecipe, bahdanau, fixedContext } from "@heed/train";

/** A model that is trained like the others of its experiment. */
export interface Contestant {
  readonly name: string;
  readonly recipe: AnyRecipe;
  /** For a recipe whose scorer is to be another than its own. */
  readonly scorer?: Scorer;
  readonly normalizer?: Normalizer;
}

/** The model without attention. */
export const withoutAttention: Contestant = { name: fixedContext.name, recipe: fixedContext };

/**
 * A recurrent model that attends with a scorer: the one of the recipe `bahdanau`, so that scorers differ in nothing else.
 */
export function attending(scorer: Scorer, normalizer?: Normalizer): Contestant {
  return { name: scorer.name, recipe: bahdanau, scorer, ...(normalizer ? { normalizer } : {}) };
}

/** A recipe as it is. */
export function asItIs(recipe: AnyRecipe): Contestant {
  return { name: recipe.name, recipe };
}
