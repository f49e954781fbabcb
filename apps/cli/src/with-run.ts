import { use } from "@heed/tensor";
import { loadRun, type Run } from "@heed/train";
import { chooseBackend } from "./backends.js";

/** What every command that uses a trained model is told about it. */
export interface ModelOptions {
  readonly model: string;
  readonly backend: string;
  readonly threads?: number;
}

/** Loads a run on the chosen backend, hands it over, and closes the backend whatever happens. */
export async function withRun<T>(options: ModelOptions, body: (run: Run) => Promise<T>): Promise<T> {
  const { backend } = await chooseBackend(options);
  await use(backend);
  try {
    return await body(await loadRun(options.model));
  } finally {
    await backend.close?.();
  }
}
