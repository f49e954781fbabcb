// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { copyTask } from "./copy-task.js";
import { reverseTask } from "./reverse-task.js";
import { sortTask } from "./sort-task.js";

/** What stands in this folder, sorted by file name. */
export const builtInTasks = [copyTask, reverseTask, sortTask] as const;

export { copyTask, reverseTask, sortTask };
