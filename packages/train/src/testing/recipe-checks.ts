import { type Check, checksOf } from "@heed/core/testing";
import { cpu, use } from "@heed/tensor";
import type { AnyRecipe } from "../recipe.js";
import {
  checkBackend,
  checkDifferences,
  checkFresh,
  checkFused,
  checkLeaks,
  checkLearning,
  checkModes,
  checkOptions,
  checkReach,
  checkRoundTrip,
  checkSeeds,
  checkSpecialIds,
  checkUpdates,
} from "./recipe-model-properties.js";
import {
  checkAlone,
  checkControl,
  checkGreedy,
  checkLoss,
  checkMaps,
  checkPadding,
  checkPrecision,
  checkReorder,
  checkSteps,
} from "./recipe-output-properties.js";
import { checkSearch } from "./recipe-search-properties.js";
import { makeRecipeTrial, type RecipeChecksOptions, type RecipeTrial } from "./recipe-trial.js";

/**
 * The checks that a recipe and its model must pass. The reference backend is in use afterwards.
 *
 * Options are described, and the defaults build a model. Step by step equals teacher forcing. Padding and other sentences change
 * nothing. Special ids come from the vocabularies. Gradients reach every parameter and agree with central differences; fused
 * decoders agree with single steps; the loss falls. States can be reordered; steps can be inspected and controlled; searches agree
 * with forced decoding.
 * Saving and loading changes nothing. Nothing leaks.
 *
 * @param recipe - what `defineRecipe` returns
 * @param given - options that make the model small, and what the author promises
 * @example
 * for (const check of recipeChecks(bahdanau, { options: { hiddenSize: 3 } })) test(check.name, check.run);
 */
export function recipeChecks(recipe: AnyRecipe, given: RecipeChecksOptions = {}): Check[] {
  const properties: Readonly<Record<string, (trial: RecipeTrial) => Promise<void>>> = {
    "options are described and checked": checkOptions,
    "the seed alone decides the first values": checkSeeds,
    "step by step equals teacher forcing": checkSteps,
    "a sentence alone equals the same sentence in a batch": checkAlone,
    "padding changes nothing": checkPadding,
    "special ids are those of the vocabularies": checkSpecialIds,
    "the loss is the cross-entropy of the target tokens": checkLoss,
    "maps and weights show every layer": checkMaps,
    "gradients reach every parameter": checkReach,
    ...(given.centralDifferences === false ? {} : { "gradients agree with central differences": checkDifferences }),
    "fused decoders equal single steps": checkFused,
    "steps without gradients do not change later gradients": checkFresh,
    "new parameters are used at once": checkUpdates,
    "states and encodings can be reordered": checkReorder,
    "steps can be inspected and controlled": checkControl,
    "greedy decoding frees what it makes": checkGreedy,
    "searches agree with forced decoding": checkSearch,
    "results agree in f32 and on other backends": checkPrecision,
    "training differs from evaluation by dropout alone": checkModes,
    "the loss falls": checkLearning,
    "saving and loading changes nothing": checkRoundTrip,
    "computes on the backend of its parameters": checkBackend,
    "nothing leaks": checkLeaks,
  };
  const chosen = given.options === undefined ? "" : ` ${JSON.stringify(given.options)}`;
  return checksOf(
    recipe.name + chosen,
    Object.fromEntries(
      Object.entries(properties).map(([name, check]) => [
        name,
        async () => {
          try {
            await check(await makeRecipeTrial(recipe, given));
          } finally {
            await use(cpu());
          }
        },
      ]),
    ),
  );
}
