import {
  checkOptions,
  type ExtensionKind,
  isHeedError,
  type Named,
  type OptionError,
  type OptionSpecs,
  type OptionValues,
} from "@heed/core";
import type { ConfigIssue } from "./config-error.js";

/** The options of an extension with the defaults, or their faults. */
export type OptionsResult =
  | { readonly value: OptionValues; readonly issues?: undefined }
  | { readonly value?: undefined; readonly issues: readonly ConfigIssue[] };

/**
 * Checks the options of an extension by its definition, and adds the defaults.
 *
 * @param pathOf - returns the dotted key of an option, such as `training.optimizerOptions.betas`
 * @returns all faults, not only the first
 */
export function readOptions(
  kind: ExtensionKind,
  owner: Named & { readonly options: OptionSpecs },
  given: OptionValues,
  pathOf: (option: string) => string,
): OptionsResult {
  const issues: ConfigIssue[] = [];
  let rest = given;
  for (;;) {
    try {
      const value = checkOptions(kind, owner, rest);
      return issues.length === 0 ? { value } : { issues };
    } catch (error) {
      if (!isHeedError(error, "OptionError")) throw error;
      const { option = "", message } = error as OptionError;
      const path = pathOf(option);
      issues.push({ path, message: `${path}: ${message}` });
      // Without the faulty option, the others are checked.
      const { [option]: faulty, ...others } = rest;
      if (faulty === undefined) return { issues };
      rest = others;
    }
  }
}
