import { Random } from "@heed/core";
import { type TaskSample, taskPairs, taskTokenizers } from "@heed/datasets";
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

/** Tells whether source and target of a task have the same tokens. */
export function hasOneVocabulary(data: TaskData, { tasks }: Catalog): boolean {
  const { source, target } = taskTokenizers(tasks.get(data.task), taskOptions(data));
  return source === target;
}
