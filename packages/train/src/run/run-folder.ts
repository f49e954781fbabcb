import { type Registry, UnknownNameError } from "@heed/core";
import { type Tokenizer, type TokenizerExtension, tokenizerFromJSON } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import { maxBytesOf } from "../limits.js";
import { pluginsFile } from "../plugins/plugin-records.js";
import type { PluginRecord } from "../plugins/plugin-source.js";
import { checkedText, hasOwnChecksum } from "./checked-text.js";
import { CheckpointStore } from "./checkpoint-store.js";
import { configText } from "./config-text.js";
import type { FileSystem } from "./file-system.js";
import { RunError } from "./run-error.js";
import { type RunState, stateFiles, type TokenizerEntries } from "./run-state.js";
import { sha256 } from "./sha256.js";

export const tokenizerFiles = { source: "source.tokenizer.json", target: "target.tokenizer.json" } as const;
type TokenizerFile = keyof TokenizerEntries;

/** The files of a run, the configuration first. */
const runFiles = ["config.yaml", ...Object.values(tokenizerFiles), pluginsFile, "state.json", ...stateFiles];

/** Files about a run that `heed train` and `heed report` write. They are removed with the run that they describe. */
export const reportFiles = ["report.json", "report.html"] as const;

/**
 * Returns whether a run folder has a file of this name: one of a run, such as `config.yaml`, or one about it, such as
 * `report.html`.
 * @example
 * isRunFileName("state.json.previous"); // true
 */
export function isRunFileName(name: string): boolean {
  const file = name.replace(/\.(next|previous)$/, "");
  const named = [...runFiles, ...reportFiles, "train.lock"].some((each) => each === file);
  return named || file.endsWith(".safetensors");
}

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
   * @returns size and checksum of the tokenizers, for the states of this run
   */
  async begin(head: RunHead): Promise<TokenizerEntries> {
    const fs = this.fileSystem;
    const names = await this.checkpoints.names();
    for (const name of [...runFiles, ...reportFiles]) {
      for (const each of [name, `${name}.next`, `${name}.previous`])
        if (names.has(each)) await fs.remove(this.at(each));
    }
    if ([...names].some((name) => /^(?:average|checkpoints)/.test(name))) {
      await (await import("./kept-weights.js")).removeEarlier(this.checkpoints, names);
    }
    await fs.syncFolder(this.path);
    const { plugins } = head;
    if (plugins.length > 0) await this.replace(pluginsFile, `${JSON.stringify(plugins, null, 1)}\n`);
    return await this.#writeHead(head);
  }

  /**
   * Writes the configuration of a resumed run, and its tokenizers, which may be missing or damaged.
   * @param state - of the checkpoint; null when there is none
   * @returns size and checksum of the tokenizers
   */
  async resume(head: RunHead, state: RunState | null): Promise<TokenizerEntries> {
    await this.checkpoints.settle();
    return await this.#writeHead(head, state?.tokenizers);
  }

  async #writeHead({ config, source, target }: RunHead, before?: TokenizerEntries): Promise<TokenizerEntries> {
    const entries = {
      [tokenizerFiles.source]: await this.#writeTokenizer(tokenizerFiles.source, source, before),
      [tokenizerFiles.target]: await this.#writeTokenizer(tokenizerFiles.target, target, before),
    } as TokenizerEntries;
    await this.replace("config.yaml", await checkedText(configText(config)));
    return entries;
  }

  /** Writes a tokenizer, unless the file is the one that the states describe. */
  async #writeTokenizer(name: TokenizerFile, tokenizer: Tokenizer, before: TokenizerEntries | undefined) {
    // A file that cannot be read is replaced.
    const old = before && (await this.#read(name).catch(() => null));
    if (old && (await sha256(old)) === before[name].sha256) return before[name];
    const text = `${JSON.stringify(tokenizer, null, 1)}\n`;
    await this.replace(name, text);
    const bytes = new TextEncoder().encode(text);
    return { bytes: bytes.byteLength, sha256: await sha256(bytes) };
  }

  /**
   * Reads the tokenizers; one object when `shared`.
   * @param state - null when there is none, so that no checksum is known
   * @throws RunError when one is missing or damaged, or when `shared` and they differ
   */
  async readTokenizers(
    shared: boolean,
    known: Registry<TokenizerExtension>,
    state: RunState | null,
  ): Promise<Sides<Tokenizer>> {
    const source = await this.readTokenizer(tokenizerFiles.source, known, state);
    const target = await this.readTokenizer(tokenizerFiles.target, known, state);
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

  /**
   * @param state - null when there is none, so that no checksum is known
   * @throws RunError when it is missing or damaged
   */
  async readTokenizer(
    name: TokenizerFile,
    known: Registry<TokenizerExtension>,
    state: RunState | null,
  ): Promise<Tokenizer> {
    const text = await this.readText(name);
    if (text === null) throw this.missing(name);
    let tokenizer: Tokenizer;
    try {
      tokenizer = await tokenizerFromJSON(JSON.parse(text), [...known]);
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
    if (state && (await sha256(new TextEncoder().encode(text))) !== state.tokenizers[name].sha256) {
      const { damagedTokenizer } = await import("./explain-folder.js");
      throw new RunError(damagedTokenizer(this.at(name)));
    }
    return tokenizer;
  }

  /**
   * Reads `config.yaml`, and checks its checksum if it has one.
   * @throws RunError when it is missing or damaged
   */
  async readConfigText(): Promise<string> {
    const text = await this.readText("config.yaml");
    if (text === null) throw await this.#withoutConfig();
    if ((await hasOwnChecksum(text)) !== false) return text;
    throw new RunError(
      `${this.at("config.yaml")} is damaged: expected the checksum in its first line. Restore the file. If you changed it on purpose, delete the first line.`,
    );
  }

  /** Returns the error for a missing `config.yaml`. */
  async #withoutConfig(): Promise<RunError> {
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

  /** Replaces a file in one operation. */
  async replace(name: string, content: string | Uint8Array): Promise<void> {
    const fs = this.fileSystem;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await fs.write(this.at(`${name}.next`), bytes);
    await fs.syncFolder(this.path);
    await fs.rename(this.at(`${name}.next`), this.at(name));
    await fs.syncFolder(this.path);
  }
}
