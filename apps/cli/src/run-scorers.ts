import type { Scorer } from "@heed/attention";
import { HeedError } from "@heed/core";
import type { PluginRecord } from "@heed/train";
import { readPlugins } from "@heed/train/node";
import type { Context } from "./context.js";
import { loadScorerFile } from "./scorer-file.js";
import { shellArgument } from "./shell-argument.js";

/**
 * The scorers that the run may name. Its folder says which file it was trained with, but only `--scorer` makes that file
 * run: what lies in a folder is never executed by itself.
 *
 * @throws HeedError where `--scorer` is missing, not needed, or gives another scorer than the run's
 */
export async function runScorers(
  { model, scorer: file }: { readonly model: string; readonly scorer?: string },
  { io, output }: Context,
): Promise<readonly Scorer[]> {
  const [source] = await readPlugins(model);
  if (source === undefined) {
    if (file === undefined) return [];
    throw new HeedError(`--scorer ${file}: the run in ${model} needs no file; its scorer is built in. Leave it out.`);
  }
  if (file === undefined) {
    throw scorerWanted(model, source);
  }
  const own = await loadScorerFile(file);
  if (own.scorer.name !== source.name) {
    throw new HeedError(
      `--scorer ${file}: the file has the scorer ${own.scorer.name}, but the run in ${model} was trained with ${source.name} of ${source.specifier}.`,
    );
  }
  if (own.source.sha256 !== source.sha256) {
    const message = `${file} is not the file that the run was trained with, or has changed since: the model may no longer do what it did.`;
    output.event({ event: "notice", message });
    if (!output.json) io.stderr.write(`note: ${message}\n`);
  }
  return [own.scorer];
}

/** The error for a run whose scorer is the user's own, and was not given. */
export function scorerWanted(model: string, { name, specifier }: PluginRecord): HeedError {
  return new HeedError(
    `The run in ${model} was trained with the scorer ${name} of ${specifier}. heed executes nothing that a folder names: if you trust that file, add --scorer ${shellArgument(specifier ?? "")}`,
  );
}
