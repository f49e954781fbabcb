import { use } from "@heed/tensor";
import type { Run } from "@heed/train";
import { loadRun } from "@heed/train/node";
import { chooseBackend } from "./backends.js";
import type { Context } from "./context.js";
import { runScorers } from "./run-scorers.js";

/** Options of every command that uses a trained model. */
export interface ModelOptions {
  readonly model: string;
  readonly weights: "best" | "last";
  /** The file of the scorer, for a run that was trained with the user's own scorer. */
  readonly scorer?: string;
  /** False for `--no-fused`. */
  readonly fused: boolean;
  readonly backend: string;
  readonly threads?: number;
}

/** Loads a run on the chosen backend, calls `body` with it, and closes the backend in any case. */
export async function withRun<T>(options: ModelOptions, context: Context, body: (run: Run) => Promise<T>): Promise<T> {
  const plugins = await runScorers(options, context);
  const { backend } = await chooseBackend(options);
  await use(backend);
  try {
    const run = await loadRun(options.model, { plugins, weights: options.weights });
    if (!options.fused) run.model.fused = false;
    return await body(run);
  } finally {
    await backend.close?.();
  }
}
