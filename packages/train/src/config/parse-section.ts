import { type OptionNames, optionIssues } from "@heed/seq2seq";
import * as z from "zod/mini";
import { ConfigError, type ConfigIssue } from "./config-error.js";

/** A section of a configuration with defaults filled in, or its faults. */
export type SectionResult<S extends z.core.$ZodType> =
  | { readonly value: z.output<S>; readonly issues?: undefined }
  | { readonly value?: undefined; readonly issues: readonly ConfigIssue[] };

/**
 * Reads one section of a configuration.
 *
 * @param section - its key; empty for the whole configuration
 * @param options - `suggestions`: keys of other kinds of this section, to be suggested for an unknown key; `whySuggested`:
 *   what is said about a key that is one of them; `whole`: the name of the input when the section is empty; default:
 *   `The configuration`
 */
export function readSection<S extends z.core.$ZodType>(
  section: string,
  schema: S,
  input: unknown,
  { whole = "The configuration", ...names }: Partial<Pick<OptionNames, "suggestions" | "whySuggested" | "whole">> = {},
): SectionResult<S> {
  const result = z.safeParse(schema, input);
  if (result.success) return { value: result.data };
  return { issues: optionIssues(schema, result.error.issues, input, { section, whole, ...names }) };
}

/**
 * Reads one section of a configuration.
 *
 * @param section - its key; empty for the whole configuration
 * @throws ConfigError naming every unknown key and every wrong value, what was expected and what was received
 */
export function parseSection<S extends z.core.$ZodType>(section: string, schema: S, input: unknown): z.output<S> {
  const { value, issues } = readSection(section, schema, input);
  if (issues) throw new ConfigError(issues);
  return value as z.output<S>;
}
