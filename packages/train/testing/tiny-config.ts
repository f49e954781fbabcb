import type { Extension } from "@heed/core";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { checkConfig, type RunConfig } from "../src/config/run-config.js";
import { type AnyRecipe, defineRecipe } from "../src/recipe.js";
import { copy } from "../src/recipes/index.js";

/** A configuration that trains in well under a second: copying up to three of three letters. */
export function tinyConfig(
  training: Record<string, unknown> = {},
  change: Record<string, unknown> = {},
  plugins: readonly Extension[] = [],
): RunConfig {
  const input = {
    recipe: "copy",
    seed: 3,
    model: { embeddingSize: 6, hiddenSize: 8, dropout: 0.1 },
    data: { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 40, validation: 10 },
    ...change,
    training: { epochs: 4, batchSize: 8, learningRate: 0.02, ...training },
  };
  return checkConfig(input, { plugins });
}

/** The copy recipe under the name `mine`; `change` may replace methods of its models. */
export function ownRecipe(change: (model: Seq2SeqModel) => void = () => {}): AnyRecipe {
  return defineRecipe({
    ...{ name: "mine", summary: "copy, for a test", model: copy.model, data: copy.data, training: copy.training },
    build(options, context) {
      const model = copy.build(options, context);
      change(model);
      return model;
    },
  });
}

/** A run of two epochs of ten steps, with dropout and a checkpoint after each step. */
export function killedConfig(): RunConfig {
  const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 80, validation: 6 };
  return tinyConfig({ epochs: 2, checkpointSteps: 1, schedule: "linear", clipNorm: 1 }, { data });
}
