import type { OptionValues } from "@heed/core";
import type { Catalog } from "../plugins/catalog.js";
import type { AnyRecipe } from "../recipe.js";
import { type CheckedSection, checkSection } from "./config-names.js";
import { readOptions } from "./read-options.js";
import { textDefaults } from "./text-defaults.js";
import { type TrainingConfig, trainingSchema } from "./training-schema.js";

/**
 * Reads the training section. Keys that are not given have the values of the recipe, or for text those of `textDefaults`.
 *
 * @param given - the keys that the configuration gives
 */
export function readTraining(
  given: OptionValues,
  recipe: AnyRecipe | undefined,
  { isTask, catalog }: { readonly isTask: boolean; readonly catalog: Catalog },
): CheckedSection<TrainingConfig> {
  const usual: OptionValues = { ...recipe?.training, ...(isTask ? {} : textDefaults.training) };
  const values: OptionValues = {
    ...usual,
    ...given,
    optimizerOptions: optionsOf("optimizer", given, usual),
    scheduleOptions: optionsOf("schedule", given, usual),
  };
  const { value, issues } = checkSection("training", trainingSchema, values, { catalog });
  const { optimizers, schedules } = catalog;
  const { optimizer = "adam", optimizerOptions, schedule = "constant", scheduleOptions } = values;
  const [ofOptimizer, ofSchedule] = [
    isName(optimizer) && optimizers.has(optimizer) && isRecord(optimizerOptions)
      ? readOptions("optimizer", optimizers.get(optimizer), optimizerOptions, pathIn("optimizer"))
      : undefined,
    isName(schedule) && schedules.has(schedule) && isRecord(scheduleOptions)
      ? readOptions("schedule", schedules.get(schedule), scheduleOptions, pathIn("schedule"))
      : undefined,
  ];
  return {
    value: value &&
      ofOptimizer?.value &&
      ofSchedule?.value && {
        ...value,
        optimizerOptions: ofOptimizer.value,
        scheduleOptions: ofSchedule.value,
      },
    issues: [...issues, ...(ofOptimizer?.issues ?? []), ...(ofSchedule?.issues ?? [])],
  };
}

/** Returns the given options of an optimizer or schedule, over those of the recipe if both name the same one. */
function optionsOf(kind: "optimizer" | "schedule", given: OptionValues, usual: OptionValues): unknown {
  const key = `${kind}Options`;
  const own = given[key] ?? {};
  const same = given[kind] === undefined || given[kind] === usual[kind];
  return same && isRecord(own) ? { ...(usual[key] as object | undefined), ...own } : own;
}

function pathIn(kind: string): (option: string) => string {
  return (option) => `training.${kind}Options.${option}`;
}

function isName(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is OptionValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
