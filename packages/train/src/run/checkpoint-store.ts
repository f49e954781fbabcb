import { maxBytesOf } from "../limits.js";
import type { FileSystem } from "./file-system.js";
import { RunError } from "./run-error.js";
import { parseState, type RunState, runState, type StateFile, stateFiles } from "./run-state.js";
import { sha256 } from "./sha256.js";

/** The content of the files of a checkpoint. */
export type CheckpointFiles = Readonly<
  Record<Exclude<StateFile, "best.safetensors" | "ema.safetensors">, Uint8Array>
> & {
  /** Missing before the first epoch is completed. */
  readonly "best.safetensors"?: Uint8Array | undefined;
  /** Missing without a moving average. */
  readonly "ema.safetensors"?: Uint8Array | undefined;
};

/** A state with the content of its files. */
export interface Checkpoint {
  readonly state: RunState;
  readonly files: CheckpointFiles;
}

/** Loaded when there is an error. */
const explain = () => import("./explain-folder.js");

/** What may follow the name of a file of a checkpoint. */
const suffixes = ["", ".next", ".previous"] as const;
type Suffix = (typeof suffixes)[number];

/**
 * The last two checkpoints of a run folder. A process that dies at any point leaves the previous checkpoint or the new one as
 * the last, complete, and one more complete checkpoint if there was one:
 *
 * 1. The new files are written as `<name>.next`, and flushed to the disk; `state.json.next`, which contains their checksums,
 *    is written after them.
 * 2. `state.json` is renamed to `state.json.previous`, and `state.json.next` to `state.json`. From here on the new checkpoint
 *    counts. A `state.json.next` without a `state.json` means that the second renaming is missing; it counts, too.
 * 3. For each new file, `<name>` is renamed to `<name>.previous`, and `<name>.next` to `<name>`.
 *
 * The files of a checkpoint are found by their checksums, so step 3 may stop anywhere; {@link settle} completes it. A file
 * that does not change is written once more, so that each checkpoint has a copy of its own. There are at most three copies.
 */
export class CheckpointStore {
  #last: RunState | null = null;
  /** Null when it is not known whether it is complete. */
  #previous: RunState | null = null;
  #recovered: { places: Partial<Record<StateFile, Suffix>>; previous: boolean } | null = null;

  constructor(
    readonly path: string,
    readonly fileSystem: FileSystem,
  ) {}

  /** Writes a checkpoint. The one before becomes the previous checkpoint. */
  async save(
    state: Omit<RunState, "format" | "version" | "files" | "checksum">,
    files: CheckpointFiles,
  ): Promise<RunState> {
    const fs = this.fileSystem;
    const entries: Partial<RunState["files"]> = {};
    const written: StateFile[] = [];
    for (const name of stateFiles) {
      const bytes = files[name];
      if (!bytes) continue;
      const hash = await sha256(bytes);
      entries[name] = { bytes: bytes.byteLength, sha256: hash };
      if ([this.#last, this.#previous].every((each) => each?.files[name]?.sha256 === hash)) continue;
      await fs.write(this.at(`${name}.next`), bytes);
      written.push(name);
    }
    const next = await runState({ ...state, files: entries as RunState["files"] });
    await fs.write(this.at("state.json.next"), new TextEncoder().encode(`${JSON.stringify(next, null, 1)}\n`));
    await fs.syncFolder(this.path);
    const names = await this.names();
    await this.#rotate("state.json", names);
    await fs.syncFolder(this.path);
    for (const name of written) await this.#rotate(name, names);
    await fs.syncFolder(this.path);
    this.#previous = this.#last;
    this.#last = next;
    return next;
  }

  /**
   * Reads the last checkpoint, or the one before it, to resume from it; null when there is none yet. {@link settle} makes it
   * the last.
   * @throws RunError when a file is missing or damaged
   */
  async recover(previous = false): Promise<Checkpoint | null> {
    const state = previous ? await this.needPrevious() : await this.readState();
    if (state === null) {
      const message = await (await explain()).filesWithoutState(this, stateFiles);
      if (message === null) return null;
      throw new RunError(message);
    }
    const places: Partial<Record<StateFile, Suffix>> = {};
    const files: Partial<Record<StateFile, Uint8Array>> = {};
    for (const name of stateFiles) {
      if (!state.files[name]) continue;
      const found = await this.find(name, state);
      if (found === null) throw new RunError(await (await explain()).damagedFile(this, name, previous));
      places[name] = found.suffix;
      files[name] = found.bytes;
    }
    this.#last = state;
    this.#recovered = { places, previous };
    return { state, files: files as CheckpointFiles };
  }

  /**
   * Completes what a dead process did not finish: renames the files of the recovered checkpoint to their names, and removes
   * what is left. The checkpoint is complete at any moment, because its files are found by their checksums.
   */
  async settle(): Promise<void> {
    if (!this.#recovered) return;
    const { places, previous } = this.#recovered;
    this.#recovered = null;
    const fs = this.fileSystem;
    const names = await this.names();
    if (!previous && !names.has("state.json")) await fs.rename(this.at("state.json.next"), this.at("state.json"));
    for (const [name, suffix] of Object.entries(places) as [StateFile, Suffix][]) {
      const rotates = suffix === ".next" || (await this.#isSecondCopy(name, names));
      if (rotates && !previous) await this.#rotate(name, names);
      else if (suffix !== "") await fs.rename(this.at(name + suffix), this.at(name));
    }
    await fs.syncFolder(this.path);
    if (previous) await fs.rename(this.at("state.json.previous"), this.at("state.json"));
    for (const name of ["state.json", ...stateFiles]) await fs.remove(this.at(`${name}.next`));
    await fs.syncFolder(this.path);
  }

  /**
   * Returns whether `<name>.next` has the content of `<name>`, which both checkpoints describe. The older file becomes the
   * copy of the previous checkpoint.
   */
  async #isSecondCopy(name: StateFile, names: ReadonlySet<string>): Promise<boolean> {
    if (!names.has(`${name}.next`)) return false;
    const wanted = this.#last?.files[name]?.sha256;
    const before = await this.#stateIn("state.json.previous").catch(() => null);
    if (before?.files[name]?.sha256 !== wanted) return false;
    const next = await this.#read(`${name}.next`);
    return next !== null && (await sha256(next)) === wanted;
  }

  /** Makes `<name>` the previous file, and `<name>.next` the last. */
  async #rotate(name: string, names: ReadonlySet<string>): Promise<void> {
    if (names.has(name)) await this.fileSystem.rename(this.at(name), this.at(`${name}.previous`));
    await this.fileSystem.rename(this.at(`${name}.next`), this.at(name));
  }

  /**
   * Reads the state of the last checkpoint, or of the previous one; null when there is none.
   * @throws RunError when the file is damaged
   */
  async readState(previous = false): Promise<RunState | null> {
    if (previous) return await this.#stateIn("state.json.previous");
    const state = await this.#stateIn("state.json");
    if (state) return state;
    const next = await this.#stateIn("state.json.next").catch(() => null);
    if (next && (await this.isComplete(next))) return next;
    // It may have been renamed meanwhile.
    return await this.#stateIn("state.json");
  }

  /** @throws RunError when there is no previous checkpoint */
  async needPrevious(): Promise<RunState> {
    const state = await this.readState(true);
    if (state) return state;
    throw new RunError(`${this.path} has no previous checkpoint. Use the last one.`);
  }

  /** The states of the checkpoints that this process wrote last, or resumed from. */
  get states(): readonly RunState[] {
    return [this.#last, this.#previous].filter((state) => state !== null);
  }

  /**
   * Reads a file of a checkpoint without changing the folder. Training may write the next checkpoint meanwhile.
   *
   * @returns its content, or null when the file is missing; the state is null when there is no `state.json`
   * @throws RunError when the file is not the one that `state.json` describes
   */
  async read(name: StateFile, previous = false): Promise<{ bytes: Uint8Array | null; state: RunState | null }> {
    for (let before = ""; ; ) {
      const state = previous ? await this.needPrevious() : await this.readState();
      if (!state?.files[name]) return { bytes: state ? null : await this.#read(name), state };
      const found = await this.find(name, state);
      if (found) return { bytes: found.bytes, state };
      if (before === state.checksum) throw new RunError(await (await explain()).damagedFile(this, name, previous));
      before = state.checksum;
    }
  }

  /** Finds the file with the checksum of the state, under its name or with a suffix. */
  async find(name: StateFile, state: RunState): Promise<{ bytes: Uint8Array; suffix: Suffix } | null> {
    const wanted = state.files[name];
    for (const suffix of wanted ? suffixes : []) {
      const bytes = await this.#read(name + suffix);
      if (bytes?.byteLength === wanted?.bytes && bytes && (await sha256(bytes)) === wanted?.sha256) {
        return { bytes, suffix };
      }
    }
    return null;
  }

  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** @throws RunError when the file is larger than the limit of its kind */
  #read(name: string): Promise<Uint8Array | null> {
    return this.fileSystem.read(this.at(name), maxBytesOf(name));
  }

  /** The names in the folder. */
  async names(): Promise<Set<string>> {
    return new Set(await this.fileSystem.list(this.path));
  }

  /** Returns whether each file of a state is found. */
  async isComplete(state: RunState): Promise<boolean> {
    for (const name of stateFiles) if (state.files[name] && !(await this.find(name, state))) return false;
    return true;
  }

  async #stateIn(name: string): Promise<RunState | null> {
    const bytes = await this.#read(name);
    // An empty file was created, and its writer died before it wrote.
    if (!bytes?.byteLength) return null;
    try {
      return await parseState(new TextDecoder().decode(bytes), this.at(name));
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      throw new RunError(`${error.message} ${await (await explain()).adviceFor(this, name)}`, { cause: error });
    }
  }
}
