import { HeedError } from "@heed/core";

/** One fault of a configuration. */
export interface ConfigIssue {
  /** The key it is about, dotted, such as `training.epochs`; empty where it is about the whole. */
  readonly path: string;
  /** A sentence that names the key, what was expected and what came. */
  readonly message: string;
}

/** A configuration with an unknown key, a wrong type, or a value out of range. The message is a line an issue. */
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
