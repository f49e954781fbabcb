import { use } from "@heed/tensor";
import type { Run } from "@heed/train";
import { loadRun } from "@heed/train/node";
import { chooseBackend } from "./backends.js";
import type { Context } from "./context.js";
import { type CliPlugins, loadPlugins, type PluginArguments } from "./plugins/load-plugins.js";
import { writeMessage } from "./terminal-safe.js";

/** Options of every command that uses a trained model. */
export interface ModelOptions extends PluginArguments {
  readonly model: string;
  readonly weights: "best" | "last";
  /** Use the checkpoint before the last. */
  readonly previous?: boolean;
  /** False for `--no-fused`. */
  readonly fused: boolean;
  readonly backend: string;
  readonly threads?: number;
}

/** Loads a run on the chosen backend, calls `body` with it, and closes the backend in any case. */
export async function withRun<T>(
  options: ModelOptions,
  context: Context,
  body: (run: Run, plugins: CliPlugins) => Promise<T>,
): Promise<T> {
  const { io, output } = context;
  const loaded = await loadPlugins(options);
  const { backend } = await chooseBackend(options, loaded.plugins);
  await use(backend);
  try {
    const run = await loadRun(options.model, {
      ...loaded,
      weights: options.weights,
      previous: options.previous === true,
      on(notice) {
        output.event(notice);
        // Standard output has results only.
        if (!output.json) writeMessage(io.stderr, `note: ${notice.message}\n`);
      },
    });
    if (!options.fused) run.model.fused = false;
    return await body(run, loaded);
  } finally {
    await backend.close?.();
  }
}
