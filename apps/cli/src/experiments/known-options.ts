import type { OptionValues } from "@heed/core";
import type { TaskExtension } from "@heed/datasets";

/** Returns the options that a task has, of those that an experiment sets. */
export function knownOptions({ options }: TaskExtension, values: OptionValues): OptionValues {
  return Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(options, key)));
}
