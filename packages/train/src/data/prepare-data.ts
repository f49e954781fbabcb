import { HeedError, Random } from "@heed/core";
import { encodePairs, PairStore, type TaskSample, taskText, taskTokenizers } from "@heed/datasets";
import { type DataConfig, type TaskData, taskOptions } from "../config/data-schema.js";
import { type Catalog, catalogOf } from "../plugins/catalog.js";
import type { PreparedData, PrepareOptions } from "./prepared-data.js";
import { drawTask } from "./task-data.js";
import type { TextSample } from "./training-data.js";

/**
 * Creates or reads the data of a configuration, splits off a validation set unless one is given, trains the tokenizers on the
 * training part, and encodes the pairs. The same data and seed give the same pairs in the same order.
 *
 * @param seed - draws the samples of a task, or the split of a text
 * @throws ConfigError when a tokenizer or one of its options is unknown or wrong
 * @throws DataError when a file cannot be read, when no pair of a set is left, or when too many pairs are left out or too many
 *   tokens are unknown
 * @throws HeedError when pairs are given twice or not at all, or one of them is not a pair of strings
 * @example
 * const { train, sourceTokenizer } = await prepareData(config.data, config.seed, { data: { train: pairs } });
 */
export async function prepareData(
  config: DataConfig,
  seed: number,
  { plugins, copies = false, ...sources }: PrepareOptions = {},
): Promise<PreparedData> {
  const catalog = catalogOf(plugins);
  if (!("task" in config)) {
    // A page that trains on a synthetic task never loads the code for text.
    const { prepareText } = await import("./prepare-text.js");
    return await prepareText(config, new Random(seed), catalog, { ...sources, copies });
  }
  if (sources.data === undefined) return prepareTask(config, seed, catalog, copies);
  throw new HeedError(
    `prepareData: the configuration has the task ${config.task}, so \`data\` must be left out, got pairs. Use a configuration for text.`,
  );
}

function prepareTask(config: TaskData, seed: number, catalog: Catalog, copies: boolean): PreparedData {
  const { train, validation, test, maxLength } = drawTask(config, seed, catalog);
  const task = catalog.tasks.get(config.task);
  const tokenizers = taskTokenizers(task, taskOptions(config));
  const textOf = ({ source, target, alignment }: TaskSample): TextSample => ({
    ...{ source: taskText(task, source), target: taskText(task, target) },
    ...(alignment && { alignment }),
  });
  const [trainText, validationText, testText] = [train.map(textOf), validation.map(textOf), test.map(textOf)];
  const seen = new Set(trainText.map(({ source }) => source));
  const repeated = validationText.filter(({ source }) => seen.has(source)).length;
  const notices: string[] = [];
  if (test.length > 0) notices.push("No validation or test source occurs in the training data.");
  if (repeated > 0)
    notices.push(`${repeated} of the validation pairs occur in the training data, too: sources are drawn freely.`);
  return {
    train: PairStore.from(encodePairs(trainText, tokenizers, { copies })),
    validation: PairStore.from(encodePairs(validationText, tokenizers, { copies })),
    validationText,
    sampledTrain: null,
    testText: test.length > 0 ? testText : null,
    ...{ sourceTokenizer: tokenizers.source, targetTokenizer: tokenizers.target },
    maxLength,
    notices,
  };
}
