import { didYouMean, quoted } from "@heed/core";
import { DataError } from "../data-error.js";
import type { SequencePair } from "../sequence-pair.js";
import { copyTask } from "./copy-task.js";
import type { Task, TaskOptions } from "./make-task.js";
import { reverseTask } from "./reverse-task.js";
import { sortTask } from "./sort-task.js";

/** The synthetic tasks by name. */
export const tasks: Readonly<Record<string, Task>> = Object.freeze({
  copy: copyTask,
  reverse: reverseTask,
  sort: sortTask,
});

/** The names that {@link task} knows. */
export const taskNames: readonly string[] = Object.keys(tasks);

/**
 * The pairs of a task by its name.
 *
 * @throws DataError where no task has that name
 * @throws HeedError where the options are impossible
 * @example
 * task("sort", { count: 3, random: new Random(1) });
 */
export function task(name: string, options: TaskOptions): SequencePair[] {
  const make = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (make === undefined) {
    throw new DataError(
      `There is no task ${JSON.stringify(name)}.${didYouMean(name, taskNames)} Known: ${quoted(taskNames)}.`,
    );
  }
  return make(options);
}
