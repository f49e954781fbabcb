import { type LoadRunOptions, loadRun as loadRunOn } from "../run/load-run.js";
import type { Run } from "../run/run.js";
import { readScorerSource as readScorerSourceOn, type ScorerSource } from "../run/scorer-source.js";
import { nodeFileSystem } from "./node-file-system.js";

/**
 * `loadRun` of `@heed/train`, with Node's file system by default.
 *
 * @throws RunError, ConfigError as `loadRun` of `@heed/train` does
 * @example
 * const run = await loadRun("runs/copy");
 * const [translation] = await translate(run, ["a b c"]);
 */
export function loadRun(folder: string, options: Partial<LoadRunOptions> = {}): Promise<Run> {
  return loadRunOn(folder, { ...options, fileSystem: options.fileSystem ?? nodeFileSystem });
}

/**
 * `readScorerSource` of `@heed/train`, with Node's file system by default.
 *
 * @returns null when the scorer is built in, or there is no such folder
 * @throws RunError when the file is damaged
 */
export function readScorerSource(folder: string, fileSystem = nodeFileSystem): Promise<ScorerSource | null> {
  return readScorerSourceOn(folder, fileSystem);
}
