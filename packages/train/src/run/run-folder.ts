import { Vocabulary } from "@heed/datasets";
import type { RunConfig } from "@heed/seq2seq";
import { configText } from "./config-text.js";
import type { FileSystem } from "./file-system.js";
import { RunError } from "./run-error.js";
import { parseState, type RunState, runState, type StateFile, stateFiles } from "./run-state.js";
import { type ScorerSource, scorerSourceFile } from "./scorer-source.js";
import { sha256 } from "./sha256.js";

const vocabularyFiles = { source: "source.vocabulary.json", target: "target.vocabulary.json" } as const;

/** What belongs to a run from its beginning. */
export interface RunHead {
  readonly config: RunConfig;
  readonly source: Vocabulary;
  readonly target: Vocabulary;
  /** For a scorer that is not built in. */
  readonly scorerSource?: ScorerSource | undefined;
}

/** A state, and the content of the files that it speaks for. */
export interface Checkpoint {
  readonly state: RunState;
  readonly files: Readonly<Record<StateFile, Uint8Array>>;
}

/**
 * A folder that holds a run. A process may die at any point and leaves either the checkpoint before or the new one, whole:
 *
 * 1. the new files are written as `<name>.next`, and the disk has them;
 * 2. `state.json`, which holds their checksums, takes its new content at once: this is the moment that counts;
 * 3. the new files get their names.
 *
 * Who finds step 3 undone sees it by the checksums, and does it.
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

  /** Makes the folder, and takes it for this process until {@link unlock}: two trainings would spoil each other's files. */
  async lock(): Promise<void> {
    if (this.#unlock) return;
    await this.fileSystem.makeFolder(this.path);
    this.#unlock = await this.fileSystem.lock(this.path);
  }

  async unlock(): Promise<void> {
    await this.#unlock?.();
    this.#unlock = null;
  }

  /** Whether there is a run, or what is left of one. */
  async holdsRun(): Promise<boolean> {
    const names = (await this.fileSystem.list(this.path)) ?? [];
    return names.some((name) => ["config.yaml", "state.json", ...stateFiles].includes(name));
  }

  /** @throws RunError when it holds a run */
  async assertFree(): Promise<void> {
    if (!(await this.holdsRun())) return;
    throw new RunError(
      `There is a run in ${this.path} already. Go on with it (resume), replace it (overwrite), or choose another folder.`,
    );
  }

  /** Begins a run, in place of one that may be here. `config.yaml` comes last: with it the run can be resumed. */
  async begin({ config, source, target, scorerSource }: RunHead): Promise<void> {
    const fs = this.fileSystem;
    const names = ["config.yaml", "state.json", ...stateFiles, ...Object.values(vocabularyFiles), scorerSourceFile];
    for (const name of names) for (const each of [name, `${name}.next`]) await fs.remove(this.at(each));
    await fs.syncFolder(this.path);
    await this.#replace(vocabularyFiles.source, bytesOf(`${JSON.stringify(source, null, 1)}\n`));
    await this.#replace(vocabularyFiles.target, bytesOf(`${JSON.stringify(target, null, 1)}\n`));
    if (scorerSource) await this.#replace(scorerSourceFile, bytesOf(`${JSON.stringify(scorerSource, null, 1)}\n`));
    await this.writeConfig(config);
  }

  async writeConfig(config: RunConfig): Promise<void> {
    await this.#replace("config.yaml", bytesOf(configText(config)));
  }

  /**
   * Writes a checkpoint.
   * @param files - those that changed
   * @param before - the checkpoint that the others are kept from
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
    const next = runState({ ...state, files: entries as RunState["files"] });
    await this.#replace("state.json", bytesOf(`${JSON.stringify(next, null, 1)}\n`));
    for (const [name] of changed) await fs.rename(this.at(`${name}.next`), this.at(name));
    await fs.syncFolder(this.path);
    return next;
  }

  /**
   * The last checkpoint, after finishing what a dead process left undone; null when there was none yet.
   * @throws RunError when a file is missing or damaged
   */
  async recover(): Promise<Checkpoint | null> {
    const state = await this.readState();
    if (state === null) return null;
    const files: Partial<Record<StateFile, Uint8Array>> = {};
    for (const name of stateFiles) {
      const found = await this.#find(name, state);
      if (found === null) {
        throw new RunError(
          `${this.at(name)} is missing, damaged, or not the one that state.json speaks of: the run cannot go on. Restore the file, or train again with overwrite.`,
        );
      }
      if (found.next) await this.fileSystem.rename(this.at(`${name}.next`), this.at(name));
      else await this.fileSystem.remove(this.at(`${name}.next`));
      files[name] = found.bytes;
    }
    await this.fileSystem.syncFolder(this.path);
    return { state, files: files as Record<StateFile, Uint8Array> };
  }

  /** What `state.json` says; null where there is none. */
  async readState(): Promise<RunState | null> {
    const text = await this.readText("state.json");
    return text === null ? null : parseState(text, this.at("state.json"));
  }

  /** A file that `state` speaks for, without touching the folder. Weights that somebody else put there are taken, too. */
  async readStateFile(name: StateFile, state: RunState | null): Promise<Uint8Array | null> {
    const found = state && (await this.#find(name, state));
    return found ? found.bytes : await this.fileSystem.read(this.at(name));
  }

  /**
   * The two vocabularies; one object where they are equal and `shared` says so.
   * @throws RunError when one is missing or no vocabulary
   */
  async readVocabularies(shared: boolean): Promise<{ source: Vocabulary; target: Vocabulary }> {
    const source = await this.#readVocabulary(vocabularyFiles.source);
    const target = await this.#readVocabulary(vocabularyFiles.target);
    const equal = JSON.stringify(source) === JSON.stringify(target);
    if (shared && !equal) {
      throw new RunError(
        `${this.at(vocabularyFiles.source)} and ${vocabularyFiles.target} differ, but the run shares one vocabulary. Restore the files, or train again with overwrite.`,
      );
    }
    return { source, target: shared ? source : target };
  }

  /** @throws RunError when it is not UTF-8 */
  async readText(name: string): Promise<string | null> {
    const bytes = await this.fileSystem.read(this.at(name));
    if (bytes === null) return null;
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

  async #readVocabulary(name: string): Promise<Vocabulary> {
    const text = await this.readText(name);
    if (text === null) throw this.missing(name);
    try {
      return Vocabulary.fromJSON(JSON.parse(text));
    } catch (error) {
      throw new RunError(
        `${this.at(name)} is damaged: ${(error as Error).message} Restore the file, or train again with overwrite.`,
        { cause: error },
      );
    }
  }

  /** The error for a file that a run must have. */
  missing(name: string): RunError {
    return new RunError(
      `${this.path} is half-written: ${name} is missing. If its training stopped early, go on with resume; otherwise train again with overwrite.`,
    );
  }

  /** The file that has the checksum of the state: under its name, or under the one that it was written as. */
  async #find(name: StateFile, state: RunState): Promise<{ bytes: Uint8Array; next: boolean } | null> {
    for (const next of [false, true]) {
      const bytes = await this.fileSystem.read(this.at(next ? `${name}.next` : name));
      const wanted = state.files[name];
      if (bytes?.byteLength === wanted.bytes && (await sha256(bytes)) === wanted.sha256) return { bytes, next };
    }
    return null;
  }

  /** Gives a small file its content at once. */
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
