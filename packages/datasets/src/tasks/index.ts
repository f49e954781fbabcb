// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { addTask } from "./add-task.js";
import { copyTask } from "./copy-task.js";
import { datesTask } from "./dates-task.js";
import { numeralsTask } from "./numerals-task.js";
import { reverseTask } from "./reverse-task.js";
import { romanizeTask } from "./romanize-task.js";
import { sortTask } from "./sort-task.js";

/** What stands in this folder, sorted by file name. */
export const builtInTasks = [addTask, copyTask, datesTask, numeralsTask, reverseTask, romanizeTask, sortTask] as const;

export { addTask, copyTask, datesTask, numeralsTask, reverseTask, romanizeTask, sortTask };
