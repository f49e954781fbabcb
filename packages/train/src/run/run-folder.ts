import { type Registry, UnknownNameError } from "@heed/core";
import { type Tokenizer, type TokenizerExtension, tokenizerFromJSON } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import { maxBytesOf } from "../limits.js";
import { pluginsFile } from "../plugins/plugin-records.js";
import type { PluginRecord } from "../plugins/plugin-source.js";
import { configText } from "./config-text.js";
import type { FileSystem } from "./file-system.js";
import { RunError } from "./run-error.js";
import { parseState, type RunState, runState, type StateFile, stateFiles } from "./run-state.js";
import { sha256 } from "./sha256.js";

const tokenizerFiles = { source: "source.tokenizer.json", target: "target.tokenizer.json" } as const;

/** The parts of a run that exist from its beginning. */
export interface RunHead {
  readonly config: RunConfig;
  readonly source: Tokenizer;
  readonly target: Tokenizer;
  /** The plug-ins that the configuration names. */
  readonly plugins: readonly PluginRecord[];
}

/** The content of the files of a checkpoint. */
export type CheckpointFiles = Readonly<Record<Exclude<StateFile, "best.safetensors">, Uint8Array>> & {
  /** Missing before the first epoch is completed. */
  readonly "best.safetensors"?: Uint8Array;
};

/** A state with the content of its files. */
export interface Checkpoint {
  readonly state: RunState;
  readonly files: CheckpointFiles;
}

/**
 * A folder that holds a run. A process that dies at any point leaves either the previous checkpoint or the new one, complete:
 *
 * 1. The new files are written as `<name>.next`, and flushed to the disk.
 * 2. `state.json`, which contains their checksums, is replaced in one operation. From here on the new checkpoint counts.
 * 3. The new files are renamed to `<name>`.
 *
 * On load, a checksum mismatch means that step 3 did not finish; {@link recover} completes it.
 */
export class RunFolder {
  #unlock: (() => Promise<void>) | null = null;

  constructor(
    readonly path: string,
    readonly fileSystem: FileSystem,
  ) {}

  /** The path of a file in the folder. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Creates the folder and locks it until {@link unlock}, so that no other training writes to it. */
  async lock(): Promise<void> {
    if (this.#unlock) return;
    await this.fileSystem.makeFolder(this.path);
    this.#unlock = await this.fileSystem.lock(this.path);
  }

  async unlock(): Promise<void> {
    await this.#unlock?.();
    this.#unlock = null;
  }

  /** Tells whether the folder has a run, or files of one. */
  async holdsRun(): Promise<boolean> {
    const names = (await this.fileSystem.list(this.path)) ?? [];
    return names.some((name) => ["config.yaml", "state.json", ...stateFiles].includes(name));
  }

  /** @throws RunError when it holds a run */
  async assertFree(): Promise<void> {
    if (!(await this.holdsRun())) return;
    throw new RunError(
      `There is a run in ${this.path} already. Resume it (resume), replace it (overwrite), or choose another folder.`,
    );
  }

  /** Starts a run and removes the files of an earlier one. `config.yaml` is written last: with it the run can be resumed. */
  async begin({ config, source, target, plugins }: RunHead): Promise<void> {
    const fs = this.fileSystem;
    const names = ["config.yaml", "state.json", ...stateFiles, ...Object.values(tokenizerFiles), pluginsFile];
    for (const name of names) for (const each of [name, `${name}.next`]) await fs.remove(this.at(each));
    await fs.syncFolder(this.path);
    await this.#writeTokenizers({ source, target });
    if (plugins.length > 0) await this.#replace(pluginsFile, bytesOf(`${JSON.stringify(plugins, null, 1)}\n`));
    await this.writeConfig(config);
  }

  /** Writes the configuration of a resumed run, and its tokenizers, which may be missing or damaged. */
  async resume({ config, source, target }: RunHead): Promise<void> {
    await this.#writeTokenizers({ source, target });
    await this.writeConfig(config);
  }

  async writeConfig(config: RunConfig): Promise<void> {
    await this.#replace("config.yaml", bytesOf(configText(config)));
  }

  async #writeTokenizers({ source, target }: Sides<Tokenizer>): Promise<void> {
    await this.#replace(tokenizerFiles.source, bytesOf(`${JSON.stringify(source, null, 1)}\n`));
    await this.#replace(tokenizerFiles.target, bytesOf(`${JSON.stringify(target, null, 1)}\n`));
  }

  /**
   * Writes a checkpoint.
   * @param files - the files that changed
   * @param before - the previous checkpoint, whose other files are kept
   */
  async save(
    state: Omit<RunState, "format" | "version" | "files">,
    files: Partial<Record<StateFile, Uint8Array>>,
    before: RunState | null,
  ): Promise<RunState> {
    const fs = this.fileSystem;
    const changed = Object.entries(files) as [StateFile, Uint8Array][];
    const entries: Partial<RunState["files"]> = { ...before?.files };
    for (const [name, bytes] of changed) {
      entries[name] = { bytes: bytes.byteLength, sha256: await sha256(bytes) };
      await fs.write(this.at(`${name}.next`), bytes);
    }
    // The order of the keys does not depend on which files changed.
    const ordered = stateFiles.flatMap((name) => (entries[name] ? [[name, entries[name]]] : []));
    const next = runState({ ...state, files: Object.fromEntries(ordered) as RunState["files"] });
    await this.#replace("state.json", bytesOf(`${JSON.stringify(next, null, 1)}\n`));
    for (const [name] of changed) await fs.rename(this.at(`${name}.next`), this.at(name));
    await fs.syncFolder(this.path);
    return next;
  }

  /**
   * Reads the last checkpoint and completes what a dead process did not finish; null when there is none yet.
   * @throws RunError when a file is missing or damaged
   */
  async recover(): Promise<Checkpoint | null> {
    const state = await this.readState();
    if (state === null) return null;
    const files: Partial<Record<StateFile, Uint8Array>> = {};
    for (const name of stateFiles) {
      if (!state.files[name]) continue;
      const found = await this.#find(name, state);
      if (found === null) {
        throw new RunError(
          `${this.at(name)} is missing, damaged, or not the file that state.json describes, so the run cannot be resumed. Restore the file, or train again with overwrite.`,
        );
      }
      if (found.next) await this.fileSystem.rename(this.at(`${name}.next`), this.at(name));
      else await this.fileSystem.remove(this.at(`${name}.next`));
      files[name] = found.bytes;
    }
    await this.fileSystem.syncFolder(this.path);
    return { state, files: files as CheckpointFiles };
  }

  /** Reads `state.json`; null when there is none. */
  async readState(): Promise<RunState | null> {
    const text = await this.readText("state.json");
    return text === null ? null : parseState(text, this.at("state.json"));
  }

  /**
   * Reads a file of the last checkpoint without changing the folder. Training may write the next checkpoint meanwhile.
   *
   * @returns its content, or null when the file is missing; the state is null when there is no `state.json`
   * @throws RunError when the file is not the one that `state.json` describes
   */
  async readCheckpointFile(name: StateFile): Promise<{ bytes: Uint8Array | null; state: RunState | null }> {
    for (let state = await this.readState(); ; ) {
      if (!state?.files[name]) return { bytes: state ? null : await this.#read(name), state };
      const found = await this.#find(name, state);
      if (found) return { bytes: found.bytes, state };
      const later = await this.readState();
      if (JSON.stringify(later) !== JSON.stringify(state)) {
        state = later;
        continue;
      }
      if ((await this.#read(name)) === null) return { bytes: null, state };
      throw new RunError(
        `${this.at(name)} is damaged: expected the file with the checksum in state.json, got another one. Restore the file, or train again. If you changed the weights on purpose, delete state.json.`,
      );
    }
  }

  /**
   * Reads the tokenizers; one object when `shared`.
   * @throws RunError when one is missing or damaged, or when `shared` and they differ
   */
  async readTokenizers(shared: boolean, known: Registry<TokenizerExtension>): Promise<Sides<Tokenizer>> {
    const source = await this.#readTokenizer(tokenizerFiles.source, known);
    const target = await this.#readTokenizer(tokenizerFiles.target, known);
    if (shared && JSON.stringify(source) !== JSON.stringify(target)) {
      throw new RunError(
        `${this.at(tokenizerFiles.source)} and ${tokenizerFiles.target} differ, but the run shares one tokenizer. Restore the files, or train again with overwrite.`,
      );
    }
    return { source, target: shared ? source : target };
  }

  /** @throws RunError when it is not UTF-8 */
  async readText(name: string): Promise<string | null> {
    const bytes = await this.#read(name);
    // An empty file was created, and its writer died before it wrote.
    if (bytes === null || bytes.byteLength === 0) return null;
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (error) {
      throw new RunError(
        `${this.at(name)} is damaged: it is not UTF-8. Restore the file, or train again with overwrite.`,
        {
          cause: error,
        },
      );
    }
  }

  async #readTokenizer(name: string, known: Registry<TokenizerExtension>): Promise<Tokenizer> {
    const text = await this.readText(name);
    if (text === null) throw this.missing(name);
    try {
      return tokenizerFromJSON(JSON.parse(text), [...known]);
    } catch (error) {
      if (error instanceof UnknownNameError) {
        throw new RunError(`${this.at(name)}: ${error.message} Pass your own tokenizer in \`plugins\`.`, {
          cause: error,
        });
      }
      // No file explains a stack overflow: the fault is in the code.
      if (error instanceof RangeError) throw error;
      throw new RunError(
        `${this.at(name)} is damaged: ${(error as Error).message} Restore the file, or train again with overwrite.`,
        { cause: error },
      );
    }
  }

  /** Returns the error for a missing file. */
  missing(name: string): RunError {
    return new RunError(
      `${this.path} is half-written: ${name} is missing. If its training stopped early, resume it; otherwise train again with overwrite.`,
    );
  }

  /** Finds the file with the checksum of the state, under its name or as `<name>.next`. */
  async #find(name: StateFile, state: RunState): Promise<{ bytes: Uint8Array; next: boolean } | null> {
    for (const next of [false, true]) {
      const bytes = await this.#read(next ? `${name}.next` : name);
      const wanted = state.files[name];
      if (!wanted) return null;
      if (bytes?.byteLength === wanted.bytes && (await sha256(bytes)) === wanted.sha256) return { bytes, next };
    }
    return null;
  }

  /** @throws RunError when the file is larger than the limit of its kind */
  #read(name: string): Promise<Uint8Array | null> {
    return this.fileSystem.read(this.at(name), maxBytesOf(name));
  }

  /** Replaces a small file in one operation. */
  async #replace(name: string, bytes: Uint8Array): Promise<void> {
    const fs = this.fileSystem;
    await fs.write(this.at(`${name}.next`), bytes);
    await fs.syncFolder(this.path);
    await fs.rename(this.at(`${name}.next`), this.at(name));
    await fs.syncFolder(this.path);
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
