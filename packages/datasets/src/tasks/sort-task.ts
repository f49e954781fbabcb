import { makeTask, type Task } from "./make-task.js";

/**
 * Say the source in alphabetical order: `c a b a` → `a a b c`. Where to attend depends on what is there, not on where it is.
 *
 * @throws HeedError where the options are impossible
 */
export const sortTask: Task = makeTask("sort", (source) => source.toSorted((a, b) => a - b));
