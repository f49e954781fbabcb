import { isAllocationError, isHeedError, type Random } from "@heed/core";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { type ConstructOptions, construct } from "@heed/tensor";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import { runLimits } from "../limits.js";
import type { Catalog } from "../plugins/catalog.js";
import { TrainingError } from "../training-error.js";

/**
 * Builds the untrained model of a configuration.
 * @param tokenizers - one object for both sides when they share it
 * @param limits - for a configuration that is not trusted
 * @throws TrainingError when there is not enough memory
 * @throws BackendError when a limit is exceeded
 */
export function buildModel(
  config: RunConfig,
  { source, target }: Sides<Tokenizer>,
  random: Random,
  { recipes, scorers, normalizers, masks }: Catalog,
  limits: ConstructOptions = {},
): Seq2SeqModel {
  try {
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
  } catch (error) {
    if (!isAllocationError(error)) throw error;
    throw new TrainingError(
      "There is not enough memory for the model of the configuration. Lower the sizes in model.",
      {
        cause: error,
      },
    );
  }
}

/**
 * Builds the model of a configuration that is to be trained.
 * @throws TrainingError when it has more parameters than can be saved, or there is not enough memory
 */
export function buildNewModel(
  config: RunConfig,
  tokenizers: Sides<Tokenizer>,
  random: Random,
  catalog: Catalog,
): Seq2SeqModel {
  const { parameters } = runLimits;
  const advice = `Lower the sizes in model: a model has at most ${parameters} parameters.`;
  let model: Seq2SeqModel;
  try {
    // Twice: an initialiser may need a copy.
    model = buildModel(config, tokenizers, random, catalog, { maxElements: 2 * parameters });
  } catch (error) {
    if (!isHeedError(error, "BackendError")) throw error;
    throw new TrainingError(`The model of the configuration cannot be built. ${error.message} ${advice}`, {
      cause: error,
    });
  }
  const count = model.parameterCount();
  if (count <= parameters) return model;
  model.dispose();
  throw new TrainingError(`The model of the configuration has ${count} parameters. ${advice}`);
}
