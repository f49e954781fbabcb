import { use } from "@heed/tensor";
import { loadRun, type Run } from "@heed/train";
import { chooseBackend } from "./backends.js";
import type { Context } from "./context.js";
import { runScorers } from "./run-scorers.js";

/** What every command that uses a trained model is told about it. */
export interface ModelOptions {
  readonly model: string;
  /** The file of the scorer, where the run was trained with one of the user's own. */
  readonly scorer?: string;
  readonly backend: string;
  readonly threads?: number;
}

/** Loads a run on the chosen backend, hands it over, and closes the backend whatever happens. */
export async function withRun<T>(options: ModelOptions, context: Context, body: (run: Run) => Promise<T>): Promise<T> {
  const scorers = await runScorers(options, context);
  const { backend } = await chooseBackend(options);
  await use(backend);
  try {
    return await body(await loadRun(options.model, { scorers }));
  } finally {
    await backend.close?.();
  }
}
