import { isHeedError, type OptionValues, quoted } from "@heed/core";
import type { TaskExtension } from "@heed/datasets";
import * as z from "zod/mini";
import { hasOneVocabulary } from "../data/task-data.js";
import type { Catalog } from "../plugins/catalog.js";
import type { AnyRecipe } from "../recipe.js";
import { type CheckedSection, checkSection } from "./config-names.js";
import { type TaskData, taskDataSchema, taskOptions, textDataSchema } from "./data-schema.js";
import { readOptions } from "./read-options.js";
import { schemaKeys } from "./schema-keys.js";

/** The data section of a task. */
export interface TaskSection extends CheckedSection<TaskData> {
  /** Whether both sides have the same tokens. */
  readonly sharedVocabulary: boolean;
}

/**
 * Reads the data section of a synthetic task. Keys that are not given have the values of the recipe, if the task has them.
 *
 * @param given - the keys that the configuration gives
 */
export function readTask(given: OptionValues, recipe: AnyRecipe | undefined, catalog: Catalog): TaskSection {
  const { tasks } = catalog;
  const usual: OptionValues = recipe && "task" in recipe.data ? recipe.data : { task: "copy" };
  const { task: name = usual.task } = given;
  const task = typeof name === "string" && tasks.has(name) ? tasks.get(name) : undefined;
  const schema = schemaOf(task);
  const known = schemaKeys(schema);
  const inherited = Object.entries(usual).filter(([key]) => known.includes(key));
  const values = { ...Object.fromEntries(inherited), ...given };
  const { issues, ...section } = checkSection("data", schema, values, {
    catalog,
    suggestions: schemaKeys(textDataSchema),
    whySuggested: `It belongs to text. ${quoted(["task"])} chooses a synthetic task, which makes its own pairs and alignments. Leave out one of them.`,
  });
  if (!task) return { issues, sharedVocabulary: true };
  const ofTask = Object.entries(taskOptions(values)).filter(([key]) => Object.hasOwn(task.options, key));
  const options = readOptions("task", task, Object.fromEntries(ofTask), (key) => `data.${key}`);
  if (!section.value || !options.value || issues.length > 0) {
    return { issues: [...issues, ...(options.issues ?? [])], sharedVocabulary: true };
  }
  const { train, validation, test } = section.value as TaskData;
  const value = { task: task.name, ...options.value, train, validation, test };
  try {
    return { value, issues, sharedVocabulary: hasOneVocabulary(value, catalog) };
  } catch (error) {
    if (!isHeedError(error)) throw error;
    return { issues: [{ path: "data.task", message: `data.task: ${error.message}` }], sharedVocabulary: true };
  }
}

/** The keys of the data of a task; any key for an unknown one. The definition of the task checks the values of its options. */
function schemaOf(task: TaskExtension | undefined): z.core.$ZodType {
  if (!task) return taskDataSchema;
  const options = Object.keys(task.options).map((key) => [key, z.optional(z.unknown())] as const);
  return z.strictObject({ ...taskDataSchema.shape, ...Object.fromEntries(options) });
}
