import { Registry } from "@heed/core";
import type { TaskExtension } from "./define-task.js";
import { builtInTasks } from "./tasks/index.js";

/**
 * Returns the synthetic task with a name.
 *
 * @param extra - tasks besides the built-in ones
 * @throws UnknownNameError when there is none; the message suggests a similar name and lists all names
 * @throws HeedError when two tasks have the same name
 * @example
 * const pairs = taskPairs(findTask("sort"), { count: 3, random: new Random(1), options: { symbols: 4 } });
 */
export function findTask(name: string, extra: readonly TaskExtension[] = []): TaskExtension {
  return new Registry<TaskExtension>("task", [...builtInTasks, ...extra]).get(name);
}
