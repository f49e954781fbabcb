import type { RunConfig } from "@heed/seq2seq";
import type { EpochEvent } from "../events.js";
import type { Extensions } from "./build-model.js";
import { configDifferences } from "./config-text.js";
import { assertFolder, readRunConfig } from "./load-run.js";
import { RunError } from "./run-error.js";
import type { Checkpoint, RunFolder } from "./run-folder.js";
import { assertScorer, readSource, type ScorerSource } from "./scorer-source.js";

/** A run to go on with. */
export interface Resumed {
  /** As it is to be from now on. */
  readonly config: RunConfig;
  /** As it was. */
  readonly before: RunConfig;
  /** Null when the run stopped before its first one. */
  readonly checkpoint: Checkpoint | null;
  /** The epochs done, from `metrics.ndjson`. */
  readonly history: readonly EpochEvent[];
  /** Of a scorer that is not built in. */
  readonly scorerSource: ScorerSource | null;
}

/** Keys that say when training ends; the rest of a run's configuration is settled by what it has done. */
const mayChange = new Set(["training.epochs", "training.patience"]);

/**
 * Reads what a run needs to go on.
 *
 * @param config - what the caller asks for now; by default the run's own configuration
 * @throws RunError when there is no run, it is damaged, or `config` differs in more than epochs and patience
 */
export async function readResumed(
  folder: RunFolder,
  config: RunConfig | undefined,
  { recipes, scorers }: Extensions,
): Promise<Resumed> {
  await assertFolder(folder);
  const scorerSource = await readSource(folder.fileSystem, folder.path);
  assertScorer(scorerSource, folder.path, scorers);
  const before = await readRunConfig(folder, recipes);
  const differences = config ? configDifferences(before, config).filter((key) => !mayChange.has(key)) : [];
  if (differences.length > 0) {
    throw new RunError(
      `${folder.path} was trained with another configuration, which differs in ${differences.join(", ")}. Resume without changing them (only ${[...mayChange].join(" and ")} may change), or train into another folder.`,
    );
  }
  const checkpoint = await folder.recover();
  const history = checkpoint ? historyOf(checkpoint) : [];
  return { config: config ?? before, before, checkpoint, history, scorerSource };
}

/** The file's checksum was right: its lines are those that were written. */
function historyOf({ files }: Checkpoint): EpochEvent[] {
  const lines = new TextDecoder().decode(files["metrics.ndjson"]).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as EpochEvent);
}
