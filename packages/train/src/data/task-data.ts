import { Random } from "@heed/core";
import { drawPairs, type TaskSample, taskText, taskTokenizers } from "@heed/datasets";
import { type TaskData, taskOptions } from "../config/data-schema.js";
import type { Catalog } from "../plugins/catalog.js";
import type { Sides } from "./choose-tokenizers.js";

/** The samples of a task. */
export interface TaskSamples {
  readonly train: readonly TaskSample[];
  readonly validation: readonly TaskSample[];
  readonly test: readonly TaskSample[];
  /** Largest number of tokens of each side, in training and validation pairs. */
  readonly maxLength: Sides<number>;
}

const sets = ["train", "validation", "test"] as const;

/**
 * Draws the samples of a task. The same data and seed give the same samples. With test samples, a source of the validation or
 * test set occurs in no other set, and not twice in its own.
 *
 * @throws DataError when the task has too few sources for that
 */
export function drawTask(data: TaskData, seed: number, catalog: Catalog): TaskSamples {
  const drawn = { train: [] as TaskSample[], validation: [] as TaskSample[], test: [] as TaskSample[] };
  const maxLength = drawSets(data, seed, catalog, (set, sample) => drawn[set].push(sample));
  return { ...drawn, maxLength };
}

/** Tokens after which {@link drawMaxLength} draws no more samples. */
const measuredTokens = 2 ** 22;

/**
 * Returns `maxLength` of {@link drawTask}, without keeping the samples. Of a task with more than 4 million tokens, only the
 * first samples count.
 */
export function drawMaxLength(data: TaskData, seed: number, catalog: Catalog): Sides<number> {
  return drawSets(data, seed, catalog, () => {}, measuredTokens);
}

function drawSets(
  data: TaskData,
  seed: number,
  { tasks }: Catalog,
  take: (set: (typeof sets)[number], sample: TaskSample) => void,
  maxTokens = Number.POSITIVE_INFINITY,
): Sides<number> {
  const [task, random, options] = [tasks.get(data.task), new Random(seed), taskOptions(data)];
  const longest = { source: 0, target: 0 };
  const held = data.test > 0;
  const seen = new Set<string>();
  let tokens = 0;
  for (const set of sets) {
    const unseen = held && set !== "train" ? { seen } : {};
    for (const sample of drawPairs(task, { count: data[set], random, options, ...unseen })) {
      if (held) seen.add(taskText(task, sample.source));
      if (set !== "test") {
        longest.source = Math.max(longest.source, sample.source.length);
        longest.target = Math.max(longest.target, sample.target.length);
      }
      take(set, sample);
      tokens += sample.source.length + sample.target.length;
      if (tokens > maxTokens) return longest;
    }
  }
  return longest;
}

/** Tells whether source and target of a task have the same tokens. */
export function hasOneVocabulary(data: TaskData, { tasks }: Catalog): boolean {
  const { source, target } = taskTokenizers(tasks.get(data.task), taskOptions(data));
  return source === target;
}
