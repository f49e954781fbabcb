import type { EpochEvent } from "../events.js";
import { readPlugins as readPluginsOn } from "../plugins/plugin-records.js";
import type { PluginRecord } from "../plugins/plugin-source.js";
import { loadRun as loadRunOn } from "../run/load-run.js";
import { readHistory as readHistoryOn, readRuntime as readRuntimeOn } from "../run/read-progress.js";
import type { Run } from "../run/run.js";
import type { RunRuntime } from "../run/run-runtime.js";
import type { LoadRunOptions } from "../run/stored-run.js";
import type { RunVerification, VerifyRunOptions } from "../run/verified-file.js";
import { verifyRun as verifyRunOn } from "../run/verify-run.js";
import { nodeFileSystem } from "./node-file-system.js";

/**
 * `loadRun` of `@heed/train`, with Node's file system by default.
 *
 * @throws RunError, MissingPluginError, ConfigError as `loadRun` of `@heed/train` does
 * @example
 * const run = await loadRun("runs/copy");
 * const [translation] = await translate(run, ["a b c"]);
 */
export function loadRun(folder: string, options: Partial<LoadRunOptions> = {}): Promise<Run> {
  return loadRunOn(folder, { ...options, fileSystem: options.fileSystem ?? nodeFileSystem });
}

/**
 * `readPlugins` of `@heed/train`, with Node's file system by default.
 *
 * @returns an empty list when the run needs none, or there is no such folder
 * @throws RunError when the file is damaged
 */
export function readPlugins(folder: string, fileSystem = nodeFileSystem): Promise<readonly PluginRecord[]> {
  return readPluginsOn(folder, fileSystem);
}

/**
 * `readRuntime` of `@heed/train`, with Node's file system by default.
 *
 * @returns null when there is no checkpoint, or `state.json` cannot be read
 */
export function readRuntime(folder: string, fileSystem = nodeFileSystem, previous = false): Promise<RunRuntime | null> {
  return readRuntimeOn(folder, fileSystem, previous);
}

/**
 * `readHistory` of `@heed/train`, with Node's file system by default.
 *
 * @returns an empty list when there is no checkpoint
 * @throws RunError when `state.json` or `metrics.ndjson` is damaged
 */
export function readHistory(folder: string, fileSystem = nodeFileSystem, previous = false): Promise<EpochEvent[]> {
  return readHistoryOn(folder, fileSystem, previous);
}

/**
 * `verifyRun` of `@heed/train`, with Node's file system by default.
 *
 * @throws RunError when there is no such folder
 * @example
 * await use(cpu());
 * const { sound } = await verifyRun("runs/copy");
 */
export function verifyRun(folder: string, options: Partial<VerifyRunOptions> = {}): Promise<RunVerification> {
  return verifyRunOn(folder, { ...options, fileSystem: options.fileSystem ?? nodeFileSystem });
}
