import { currentBackend } from "@heed/tensor";
import { standardInputKey } from "../config/data-schema.js";
import type { RunConfig } from "../config/run-config.js";
import type { EpochEvent } from "../events.js";
import { catalogOf } from "../plugins/catalog.js";
import { assertPlugins, changedPlugins, readPlugins } from "../plugins/plugin-records.js";
import type { LoadedPlugins, PluginRecord } from "../plugins/plugin-source.js";
import type { Checkpoint } from "./checkpoint-store.js";
import { configDifferences } from "./config-text.js";
import { parseHistory } from "./history.js";
import { RunError } from "./run-error.js";
import type { RunFolder } from "./run-folder.js";
import { runtimeChanges, runtimeOf } from "./run-runtime.js";
import { assertFolder, readRunConfig } from "./stored-run.js";

/** A run to resume. */
export interface Resumed {
  /** The configuration from now on. */
  readonly config: RunConfig;
  /** The configuration so far. */
  readonly before: RunConfig;
  /** Null when the run stopped before its first checkpoint. */
  readonly checkpoint: Checkpoint | null;
  /** The completed epochs, from `metrics.ndjson`. */
  readonly history: readonly EpochEvent[];
  /** The plug-ins that the run was trained with. */
  readonly plugins: readonly PluginRecord[];
}

/** Keys that do not change the results of the steps. A resumed run may change them. */
const mayChange = new Set([
  "training.epochs",
  "training.patience",
  "training.checkpointSteps",
  "training.keepCheckpoints",
]);

/** What {@link openRun} needs to know. */
interface OpenOptions extends LoadedPlugins {
  readonly config?: RunConfig | undefined;
  readonly resume?: boolean | undefined;
  readonly previous?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
  /** Number of processes that train together; default: 1. */
  readonly processes?: number | undefined;
}

/**
 * Reads the run to resume, or checks that a new run can be written.
 *
 * @returns null for a new run
 * @throws RunError when there is no run to resume, or the folder has one that must not be replaced, or it cannot be written,
 *   or several processes would read standard input
 */
export async function openRun(folder: RunFolder | null, options: OpenOptions): Promise<Resumed | null> {
  if (options.previous && !options.resume) {
    throw new RunError("train: previous needs resume: it chooses the checkpoint to resume from.");
  }
  if (options.resume) {
    if (!folder) throw new RunError("train: resume needs `out`, the folder of the run.");
    await assertFolder(folder);
    await folder.fileSystem.assertWritable(folder.path);
    await folder.lock();
    return await readResumed(folder, options.config, options);
  }
  const { config, processes = 1 } = options;
  const input = processes > 1 && config ? standardInputKey(config) : undefined;
  if (input !== undefined) {
    throw new RunError(
      `${input} must be a file that all ${processes} processes can read, got "-", standard input. Save the data to a file, or train in one process.`,
    );
  }
  // Check now: the folder is created after the first step only.
  await folder?.fileSystem.assertWritable(folder.path);
  if (!options.overwrite) await folder?.assertFree();
  return null;
}

/**
 * @param path - of the run, for the message
 * @throws RunError when the data is not that of a checkpoint
 */
export function assertSameData({ state }: Checkpoint, data: string, path: string): void {
  if (state.data === data) return;
  throw new RunError(
    `${path}: The data has changed since the run began: pairs or tokenizers differ. Restore the files of the data, or train again with overwrite.`,
  );
}

/**
 * Describes what differs from the earlier part of a resumed run.
 * @param processes - their number from now on
 * @param rateJumps - whether the next step has another learning rate than with the earlier number of epochs
 */
export function resumeNotices(
  resumed: Resumed,
  { rateJumps, processes, ...loaded }: LoadedPlugins & { readonly rateJumps: boolean; readonly processes: number },
): string[] {
  const { config, before, checkpoint } = resumed;
  const notices: string[] = [];
  if (!checkpoint) notices.push("The run stopped before its first checkpoint, so it starts again.");
  const changes = checkpoint ? runtimeChanges(checkpoint.state.runtime, runtimeOf(currentBackend(), processes)) : [];
  if (changes.length > 0) {
    notices.push(
      `The last bits of the results will differ from those of an uninterrupted run, because the run resumes with ${changes.join(", ")}.`,
    );
  }
  notices.push(...changedPlugins(resumed.plugins, loaded));
  for (const key of ["epochs", "patience", "checkpointSteps", "keepCheckpoints"] as const) {
    const [from, to] = [before.training[key], config.training[key]];
    if (from !== to) notices.push(`training.${key} changes from ${from} to ${to}.`);
  }
  const { schedule, epochs } = config.training;
  if (rateJumps) {
    notices.push(
      `The schedule ${schedule} now ends at epoch ${epochs}, not ${before.training.epochs}: the learning rate jumps.`,
    );
  }
  return notices;
}

/**
 * Reads what is needed to resume a run.
 *
 * @param config - the configuration from now on; default: the run's own
 * @throws RunError when there is no run, it is damaged, or `config` differs in a key that must not change
 */
async function readResumed(
  folder: RunFolder,
  config: RunConfig | undefined,
  { plugins, previous }: OpenOptions,
): Promise<Resumed> {
  await assertFolder(folder);
  const records = await readPlugins(folder.path, folder.fileSystem);
  assertPlugins(records, folder.path, catalogOf(plugins));
  const before = await readRunConfig(folder, plugins);
  const differences = config ? configDifferences(before, config).filter((key) => !mayChange.has(key)) : [];
  if (differences.length > 0) {
    throw new RunError(
      `${folder.path} was trained with another configuration, which differs in ${differences.join(", ")}. Resume without changing them (only ${[...mayChange].join(", ")} may change), or train into another folder.`,
    );
  }
  const input = standardInputKey(before);
  if (input !== undefined) {
    throw new RunError(
      `${folder.path} cannot be resumed: its data came from standard input (${input}: "-"), which can be read once only. Save the data to a file and train again.`,
    );
  }
  const checkpoint = await folder.checkpoints.recover(previous);
  const history = checkpoint ? parseHistory(checkpoint.files["metrics.ndjson"], folder.at("metrics.ndjson")) : [];
  return { config: config ?? before, before, checkpoint, history, plugins: records };
}
