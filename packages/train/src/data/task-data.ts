import { Random } from "@heed/core";
import { drawPairs, type TaskSample, taskPairs, taskTokenizers } from "@heed/datasets";
import { type TaskData, taskOptions } from "../config/data-schema.js";
import type { Catalog } from "../plugins/catalog.js";
import type { Sides } from "./choose-tokenizers.js";

/** The samples of a task. */
export interface TaskSamples {
  readonly train: readonly TaskSample[];
  readonly validation: readonly TaskSample[];
  /** Largest number of tokens of each side. */
  readonly maxLength: Sides<number>;
}

/** Draws the samples of a task. The same data and seed give the same samples. */
export function drawTask(data: TaskData, seed: number, { tasks }: Catalog): TaskSamples {
  const [task, random, options] = [tasks.get(data.task), new Random(seed), taskOptions(data)];
  const train = taskPairs(task, { count: data.train, random, options });
  const validation = taskPairs(task, { count: data.validation, random, options });
  const longest = (side: "source" | "target"): number =>
    [...train, ...validation].reduce((most, sample) => Math.max(most, sample[side].length), 0);
  return { train, validation, maxLength: { source: longest("source"), target: longest("target") } };
}

/** Tokens after which {@link drawMaxLength} draws no more samples. */
const measuredTokens = 2 ** 22;

/**
 * Returns `maxLength` of {@link drawTask}, without keeping the samples. Of a task with more than 4 million tokens, only the
 * first samples count.
 */
export function drawMaxLength(data: TaskData, seed: number, { tasks }: Catalog): Sides<number> {
  const [task, random, options] = [tasks.get(data.task), new Random(seed), taskOptions(data)];
  const longest = { source: 0, target: 0 };
  let tokens = 0;
  for (const count of [data.train, data.validation]) {
    for (const { source, target } of drawPairs(task, { count, random, options })) {
      tokens += source.length + target.length;
      longest.source = Math.max(longest.source, source.length);
      longest.target = Math.max(longest.target, target.length);
      if (tokens > measuredTokens) return longest;
    }
  }
  return longest;
}

/** Tells whether source and target of a task have the same tokens. */
export function hasOneVocabulary(data: TaskData, { tasks }: Catalog): boolean {
  const { source, target } = taskTokenizers(tasks.get(data.task), taskOptions(data));
  return source === target;
}
