import { symbolTask } from "../symbol-task.js";

/**
 * The definition of the task `copy`: `c a b` → `c a b`. Attention should run down the diagonal.
 *
 * @example
 * const pairs = taskPairs(copyTask, { count: 2000, random: new Random(1) }); // the copy lesson's training set
 */
export const copyTask = symbolTask({ name: "copy", summary: "the source again" }, (source) =>
  source.map((_, position) => position),
);
