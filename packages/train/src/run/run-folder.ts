import { type Registry, UnknownNameError } from "@heed/core";
import { type Tokenizer, type TokenizerExtension, tokenizerFromJSON } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import { maxBytesOf } from "../limits.js";
import { pluginsFile } from "../plugins/plugin-records.js";
import type { PluginRecord } from "../plugins/plugin-source.js";
import { CheckpointStore } from "./checkpoint-store.js";
import { configText } from "./config-text.js";
import type { FileSystem } from "./file-system.js";
import { RunError } from "./run-error.js";
import { stateFiles } from "./run-state.js";

export const tokenizerFiles = { source: "source.tokenizer.json", target: "target.tokenizer.json" } as const;

/** The files of a run, the configuration first. */
const runFiles = ["config.yaml", ...Object.values(tokenizerFiles), pluginsFile, "state.json", ...stateFiles];

/** The parts of a run that exist from its beginning. */
export interface RunHead {
  readonly config: RunConfig;
  readonly source: Tokenizer;
  readonly target: Tokenizer;
  /** The plug-ins that the configuration names. */
  readonly plugins: readonly PluginRecord[];
}

/** A folder that holds a run: its configuration, its tokenizers, and its {@link CheckpointStore | checkpoints}. */
export class RunFolder {
  readonly checkpoints: CheckpointStore;
  #unlock: (() => Promise<void>) | null = null;

  constructor(
    readonly path: string,
    readonly fileSystem: FileSystem,
  ) {
    this.checkpoints = new CheckpointStore(path, fileSystem);
  }

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

  /**
   * Starts a run and removes the files of an earlier one. `config.yaml` is removed first and written last: with it, a run can
   * be resumed.
   */
  async begin(head: RunHead): Promise<void> {
    const fs = this.fileSystem;
    const names = await this.checkpoints.names();
    for (const name of runFiles) {
      for (const each of [name, `${name}.next`, `${name}.previous`])
        if (names.has(each)) await fs.remove(this.at(each));
    }
    await fs.syncFolder(this.path);
    const { plugins } = head;
    if (plugins.length > 0) await this.#replace(pluginsFile, `${JSON.stringify(plugins, null, 1)}\n`);
    await this.#writeHead(head);
  }

  /** Writes the configuration of a resumed run, and its tokenizers, which may be missing or damaged. */
  async resume(head: RunHead): Promise<void> {
    await this.checkpoints.settle();
    await this.#writeHead(head);
  }

  async #writeHead({ config, source, target }: RunHead): Promise<void> {
    await this.#replace(tokenizerFiles.source, `${JSON.stringify(source, null, 1)}\n`);
    await this.#replace(tokenizerFiles.target, `${JSON.stringify(target, null, 1)}\n`);
    await this.#replace("config.yaml", configText(config));
  }

  /**
   * Reads the tokenizers; one object when `shared`.
   * @throws RunError when one is missing or damaged, or when `shared` and they differ
   */
  async readTokenizers(shared: boolean, known: Registry<TokenizerExtension>): Promise<Sides<Tokenizer>> {
    const source = await this.readTokenizer(tokenizerFiles.source, known);
    const target = await this.readTokenizer(tokenizerFiles.target, known);
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
    if (!bytes?.byteLength) return null;
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new RunError(
        `${this.at(name)} is damaged: it is not UTF-8. Restore the file, or train again with overwrite.`,
        { cause },
      );
    }
  }

  /** @throws RunError when it is missing or damaged */
  async readTokenizer(name: string, known: Registry<TokenizerExtension>): Promise<Tokenizer> {
    const text = await this.readText(name);
    if (text === null) throw this.missing(name);
    try {
      return await tokenizerFromJSON(JSON.parse(text), [...known]);
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

  /** Returns the error for a missing `config.yaml`. */
  async withoutConfig(): Promise<RunError> {
    const { withoutConfig } = await import("./explain-folder.js");
    return new RunError(await withoutConfig(this.checkpoints, runFiles, await this.holdsRun()));
  }

  /** Returns the error for a missing file. */
  missing(name: string): RunError {
    return new RunError(
      `${this.path} is half-written: ${name} is missing. If its training stopped early, resume it; otherwise train again with overwrite.`,
    );
  }

  /** @throws RunError when the file is larger than the limit of its kind */
  #read(name: string): Promise<Uint8Array | null> {
    return this.fileSystem.read(this.at(name), maxBytesOf(name));
  }

  /** Replaces a small file in one operation. */
  async #replace(name: string, text: string): Promise<void> {
    const fs = this.fileSystem;
    await fs.write(this.at(`${name}.next`), new TextEncoder().encode(text));
    await fs.syncFolder(this.path);
    await fs.rename(this.at(`${name}.next`), this.at(name));
    await fs.syncFolder(this.path);
  }
}
