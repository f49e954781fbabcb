import { use } from "@heed/tensor";
import type { Run, WeightsChoice } from "@heed/train";
import { loadRun } from "@heed/train/node";
import { chooseBackend } from "./backends.js";
import type { Context } from "./context.js";
import { type CliPlugins, loadPlugins, type PluginArguments } from "./plugins/load-plugins.js";
import { writeMessage } from "./terminal-safe.js";
import { UsageError } from "./usage-error.js";

/** Options of every command that uses a trained model. */
export interface ModelOptions extends PluginArguments {
  /** A folder; for {@link withRuns} several, separated by commas. */
  readonly model: string;
  readonly weights: WeightsChoice;
  /** Use the checkpoint before the last. */
  readonly previous?: boolean;
  /** False for `--no-fused`. */
  readonly fused: boolean;
  readonly backend: string;
  readonly threads?: number;
  /** Write no notes to standard error. */
  readonly quiet?: boolean;
}

/** Loads a run on the chosen backend, calls `body` with it, and closes the backend in any case. */
export function withRun<T>(
  options: ModelOptions,
  context: Context,
  body: (run: Run, plugins: CliPlugins) => Promise<T>,
): Promise<T> {
  return withFolders([options.model], options, context, ([run], plugins) => body(run!, plugins));
}

/** Loads the runs of an ensemble, whose folders are separated by commas. See {@link withRun}. */
export function withRuns<T>(
  options: ModelOptions,
  context: Context,
  body: (runs: readonly Run[], plugins: CliPlugins) => Promise<T>,
): Promise<T> {
  const folders = options.model.split(",").map((folder) => folder.trim());
  if (folders.includes("")) {
    throw new UsageError(`--model must be folders separated by commas, got ${JSON.stringify(options.model)}.`);
  }
  return withFolders(folders, options, context, body);
}

async function withFolders<T>(
  folders: readonly string[],
  options: ModelOptions,
  context: Context,
  body: (runs: readonly Run[], plugins: CliPlugins) => Promise<T>,
): Promise<T> {
  const { io, output } = context;
  const loaded = await loadPlugins(options);
  const { backend } = await chooseBackend(options, loaded.plugins);
  await use(backend);
  try {
    const runs: Run[] = [];
    for (const folder of folders) {
      const run = await loadRun(folder, {
        ...loaded,
        weights: options.weights,
        previous: options.previous === true,
        on(notice) {
          output.event(notice);
          // Standard output has results only.
          if (!output.json && options.quiet !== true) writeMessage(io.stderr, `note: ${notice.message}\n`);
        },
      });
      if (!options.fused) run.model.fused = false;
      runs.push(run);
    }
    return await body(runs, loaded);
  } finally {
    await backend.close?.();
  }
}
