import { HeedError } from "@heed/core";
import type { OptionIssue } from "@heed/seq2seq";
import { runLimits } from "../limits.js";

/** One fault of a configuration. */
export type ConfigIssue = OptionIssue;

/** A configuration with an unknown key, a wrong type, or a value out of range. The message has a line for each of the first issues. */
export class ConfigError extends HeedError {
  override name = "ConfigError";
  /** Every fault that was found, at least one. */
  readonly issues: readonly ConfigIssue[];

  /** @param what - the faults, or one sentence about the whole configuration */
  constructor(what: string | readonly ConfigIssue[], options?: ErrorOptions) {
    const issues = typeof what === "string" ? [{ path: "", message: what }] : what;
    const { configFaults } = runLimits;
    const lines = issues.slice(0, configFaults).map(({ message }) => message);
    if (issues.length > configFaults) lines.push(`and ${issues.length - configFaults} more faults.`);
    super(lines.join("\n"), options);
    this.issues = issues;
  }
}
