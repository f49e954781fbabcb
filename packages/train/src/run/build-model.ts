import type { Random } from "@heed/core";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import type { Catalog } from "../plugins/catalog.js";

/**
 * Builds the untrained model of a configuration.
 * @param tokenizers - one object for both sides when they share it
 */
export function buildModel(
  config: RunConfig,
  { source, target }: Sides<Tokenizer>,
  random: Random,
  { recipes, scorers, normalizers, masks }: Catalog,
): Seq2SeqModel {
  const model = recipes.get(config.recipe).build(config.model, {
    ...{ source: source.vocabulary, target: target.vocabulary },
    sharedVocabulary: source === target,
    ...{ random, scorers, normalizers, masks },
  });
  model.fused = config.training.fused;
  return model;
}
