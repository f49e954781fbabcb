import { HeedError } from "@heed/core";
import type { OptionIssue } from "@heed/seq2seq";

/** One fault of a configuration. */
export type ConfigIssue = OptionIssue;

/** A configuration with an unknown key, a wrong type, or a value out of range. The message has one line for each issue. */
export class ConfigError extends HeedError {
  override name = "ConfigError";
  /** Every fault that was found, at least one. */
  readonly issues: readonly ConfigIssue[];

  /** @param what - the faults, or one sentence about the whole configuration */
  constructor(what: string | readonly ConfigIssue[], options?: ErrorOptions) {
    const issues = typeof what === "string" ? [{ path: "", message: what }] : what;
    super(issues.map(({ message }) => message).join("\n"), options);
    this.issues = issues;
  }
}
