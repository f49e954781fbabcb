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
    const options = missing.map(
      ({ specifier }) => `--plugin ${specifier === null ? placeholder : shellWord(specifier)}`,
    );
    const they = missing.length > 1 ? "them" : "it";
    super(
      `${folder} was trained with ${shortened(named, ", ")}. Nothing that a run folder names is loaded by itself. If you trust the code, add ${shortened(options, " ")} on the command line; in a program, import ${they} and pass ${they} in \`plugins\`.`,
    );
    const [first] = missing;
    this.kind = first.kind;
    this.extension = first.name;
    this.specifier = first.specifier;
    this.missing = missing;
  }
}

const placeholder = "<its file or package>";

/** Joins different parts; after the tenth, only their number. */
function shortened(all: readonly string[], between: string): string {
  const parts = [...new Set(all)];
  const more = parts.length > 10 ? ` and ${parts.length - 10} more` : "";
  return parts.slice(0, 10).join(between) + more;
}

/** Quotes a text from a file for a shell, so that a command that is copied from a message runs nothing else. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
