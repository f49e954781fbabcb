import type { EpochEvent } from "../events.js";
import type { FileSystem } from "./file-system.js";
import type { RunRuntime } from "./run-runtime.js";

/**
 * Reads what computed the last step of a run, so that it can be resumed with the same bits: on the backend of that name,
 * loaded with the options that its `arithmetic` names.
 *
 * @param previous - reads that of the checkpoint before the last
 * @returns null when there is no checkpoint, or `state.json` cannot be read
 * @example
 * const runtime = await readRuntime("runs/copy", fileSystem);
 * await use(wasm({ multiplyAdd: runtime?.arithmetic.multiplyAdd === "plain" ? "plain" : "auto" }));
 */
export async function readRuntime(
  folder: string,
  fileSystem: FileSystem,
  previous = false,
): Promise<RunRuntime | null> {
  const { CheckpointStore } = await import("./folder-parts.js");
  try {
    return (await new CheckpointStore(folder, fileSystem).readState(previous))?.runtime ?? null;
  } catch {
    // `train` reads the same file, and reports the error.
    return null;
  }
}

/**
 * Reads the completed epochs of a run, as its last checkpoint has them.
 *
 * @param previous - reads those of the checkpoint before the last
 * @returns an empty list when there is no checkpoint
 * @throws RunError when there is no such folder, or when `state.json` or `metrics.ndjson` is damaged
 * @example
 * const losses = (await readHistory("runs/copy", fileSystem)).map(({ validLoss }) => validLoss);
 */
export async function readHistory(folder: string, fileSystem: FileSystem, previous = false): Promise<EpochEvent[]> {
  const { assertFolder, CheckpointStore, parseHistory } = await import("./folder-parts.js");
  await assertFolder({ path: folder, fileSystem });
  const { bytes } = await new CheckpointStore(folder, fileSystem).read("metrics.ndjson", previous);
  return bytes === null ? [] : parseHistory(bytes, `${folder}/metrics.ndjson`);
}
