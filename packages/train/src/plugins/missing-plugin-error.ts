import { type ExtensionKind, quoted } from "@heed/core";
import { RunError } from "../run/run-error.js";
import type { PluginRecord } from "./plugin-source.js";

/** A run was trained with an extension that is neither built in nor among the plug-ins. The message says how to add it. */
export class MissingPluginError extends RunError {
  override name = "MissingPluginError";
  /** The kind of the first extension that is missing. */
  readonly kind: ExtensionKind;
  /** Its name. */
  readonly extension: string;
  /** What loads it: a file or a package; null when a program defined it. */
  readonly specifier: string | null;
  /** All extensions that are missing, at least one. */
  readonly missing: readonly PluginRecord[];

  constructor(folder: string, missing: readonly [PluginRecord, ...PluginRecord[]]) {
    const named = missing.map(
      ({ kind, name, specifier }) => `the ${kind} ${quoted([name])}${specifier === null ? "" : ` of ${specifier}`}`,
    );
    const options = [...new Set(missing.map(({ specifier }) => `--plugin ${specifier ?? "<its file or package>"}`))];
    super(
      `${folder} was trained with ${named.join(" and ")}. Nothing that a run folder names is loaded by itself. If you trust the code, add ${options.join(" ")} on the command line; in a program, import it and pass it in \`plugins\`.`,
    );
    const [first] = missing;
    this.kind = first.kind;
    this.extension = first.name;
    this.specifier = first.specifier;
    this.missing = missing;
  }
}
