import type { Run } from "./run.js";
import type { LoadRunOptions } from "./stored-run.js";

/**
 * Loads a run folder onto the backend in use. Nothing in the folder is executed, and every size is checked before memory
 * is taken.
 *
 * @throws RunError when the folder is missing, half-written (names the file), damaged, of another version, or when the
 *   weights belong to another model (names each parameter with both shapes)
 * @throws MissingPluginError when it was trained with an extension that is neither built in nor in `plugins`
 * @throws ConfigError when its configuration has an unknown name or key
 * @example
 * const run = await loadRun("runs/copy", { fileSystem: opfsFileSystem() });
 * const [translation] = await translate(run, ["a b c"]);
 */
export async function loadRun(folder: string, options: LoadRunOptions): Promise<Run> {
  const { readStoredRun } = await import("./stored-run.js");
  return await readStoredRun(folder, options);
}
