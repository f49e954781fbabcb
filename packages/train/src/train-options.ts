import { optionRules } from "@heed/core";
import type { ReadFile } from "@heed/datasets/text";
import type { AbortSignalLike } from "./abort-signal-like.js";
import type { RunConfig } from "./config/run-config.js";
import type { TrainingData } from "./data/training-data.js";
import type { TrainListener } from "./events.js";
import type { TrainCollective } from "./loop/train-collective.js";
import type { LoadedPlugins } from "./plugins/plugin-source.js";
import type { FileSystem } from "./run/file-system.js";
import type { Run } from "./run/run.js";

/** Options of `train`. */
export interface TrainOptions extends LoadedPlugins {
  /** From `resolveConfig`. With `resume` it may be left out, or differ in epochs, patience and checkpointSteps. */
  readonly config?: RunConfig | undefined;
  /**
   * Pairs in memory, read once. The configuration then names no files; with a synthetic task, the defaults for text take its
   * place. To resume, pass the same pairs again.
   */
  readonly data?: TrainingData | undefined;
  /** Returns the bytes of a file that the configuration names; required for such a configuration. */
  readonly readFile?: ReadFile | undefined;
  /** The run folder, a path of `fileSystem`; default: nothing is written. */
  readonly out?: string | null | undefined;
  /** Where the run folder is; required with `out`. `train` of `@heed/train/node` uses Node's file system by default. */
  readonly fileSystem?: FileSystem | undefined;
  /** Resumes the run in `out`. */
  readonly resume?: boolean | undefined;
  /** With `resume`: continues from the checkpoint before the last, for example because the last is damaged. */
  readonly previous?: boolean | undefined;
  /**
   * A run whose parameters are copied as the initial ones, where name and shape are the same. Rows of embeddings and of the
   * output layer are matched by token. Notices list what is copied. It is not used after the `start` event. Resuming needs it
   * only when the run stopped before its first checkpoint.
   */
  readonly initFrom?: Run | undefined;
  /** Whether a run in `out` may be replaced. It is replaced after the first step of the new one. */
  readonly overwrite?: boolean | undefined;
  readonly on?: TrainListener | undefined;
  /** Stops after the current step and writes a checkpoint. After the last step, it skips sequence accuracy and test set. */
  readonly signal?: AbortSignalLike | undefined;
  /**
   * The processes that train together, such as `trainCollective(await connect())` of `@heed/distributed/node`. All call `train`
   * with the same options. Process 0 alone writes `out`, and reads it to resume. Each batch and each set is shared out over
   * them; all return the same result, and each calls its own `on`.
   */
  readonly collective?: TrainCollective | undefined;
}

export const trainRules = optionRules<TrainOptions>({
  "config?": "any",
  "data?": "any",
  "readFile?": "any",
  "out?": "any",
  "fileSystem?": "any",
  "resume?": "boolean",
  "previous?": "boolean",
  "initFrom?": "any",
  "overwrite?": "boolean",
  "on?": "any",
  "signal?": "any",
  "collective?": "any",
  "plugins?": "any",
  "sources?": "any",
});
