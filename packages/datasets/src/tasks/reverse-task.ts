import { makeTask, type Task } from "./make-task.js";

/**
 * Say the source backwards: `c a b` → `b a c`. Attention should run up the other diagonal.
 *
 * @throws HeedError where the options are impossible
 */
export const reverseTask: Task = makeTask("reverse", (source) => source.toReversed());
