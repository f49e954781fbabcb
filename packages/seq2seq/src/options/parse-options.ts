import * as z from "zod/mini";
import { OptionError } from "./option-error.js";
import { optionIssues } from "./option-issues.js";

/**
 * Checks the options of a model, and fills in defaults.
 *
 * @param owner - the name of the model, for messages
 * @throws OptionError naming every unknown option and every wrong value
 * @example
 * const { hiddenSize } = parseOptions("MyModel", z.extend(recurrentOptions, { gate: z.boolean() }), options);
 */
export function parseOptions<S extends z.core.$ZodType>(owner: string, schema: S, options: unknown): z.output<S> {
  const result = z.safeParse(schema, options);
  if (result.success) return result.data;
  const issues = optionIssues(schema, result.error.issues, options, { whole: owner, noun: "option" });
  const message = issues.map((issue) =>
    issue.message.startsWith(owner) ? issue.message : `${owner}: ${issue.message}`,
  );
  throw new OptionError(message.join("\n"));
}
