import type { Random } from "@heed/core";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { type ConstructOptions, construct } from "@heed/tensor";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import type { Catalog } from "../plugins/catalog.js";

/**
 * Builds the untrained model of a configuration.
 * @param tokenizers - one object for both sides when they share it
 * @param limits - for a configuration that is not trusted
 */
export function buildModel(
  config: RunConfig,
  { source, target }: Sides<Tokenizer>,
  random: Random,
  { recipes, scorers, normalizers, masks }: Catalog,
  limits: ConstructOptions = {},
): Seq2SeqModel {
  const model = construct(
    () =>
      recipes.get(config.recipe).build(config.model, {
        ...{ source: source.vocabulary, target: target.vocabulary },
        sharedVocabulary: source === target,
        ...{ random, scorers, normalizers, masks },
      }),
    limits,
  );
  model.fused = config.training.fused;
  return model;
}
