import { makeTask, type Task } from "./make-task.js";

/**
 * Say the source again: `c a b` → `c a b`. Attention should run down the diagonal.
 *
 * @throws HeedError where the options are impossible
 * @example
 * const pairs = copyTask({ count: 2000, random: new Random(1) }); // the copy lesson's training set
 */
export const copyTask: Task = makeTask("copy", (source) => [...source]);
