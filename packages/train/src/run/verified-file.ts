import type { PluginOptions } from "../plugins/plugin-source.js";
import type { FileSystem } from "./file-system.js";

/** A file of a run folder, as {@link verifyRun} finds it. */
export interface VerifiedFile {
  readonly name: string;
  /** Such as `weights of step 20, 14 tensors`. */
  readonly what: string;
  /** Null for a file that is missing, or was not read. */
  readonly bytes: number | null;
  /** Whether it is the file that `state.json` describes; null where no checksum is known. */
  readonly checksum: boolean | null;
  /** Whether all numbers are finite; null for files without weights. */
  readonly finite: boolean | null;
  /** Whether the shapes are those of `config.yaml`; null for files without shapes. */
  readonly shapes: boolean | null;
  /** What is wrong, and what to do. */
  readonly faults: readonly string[];
}

/** The result of {@link verifyRun}. */
export interface RunVerification {
  readonly folder: string;
  readonly files: readonly VerifiedFile[];
  /** Whether no file has a fault. */
  readonly sound: boolean;
}

/** Options of {@link verifyRun}. */
export interface VerifyRunOptions extends PluginOptions {
  /** Where the run folder is. `verifyRun` of `@heed/train/node` uses Node's file system by default. */
  readonly fileSystem: FileSystem;
}
