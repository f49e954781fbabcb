import { type Extension, isHeedError, Random } from "@heed/core";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import { hasOneVocabulary } from "../data/task-data.js";
import { maxBytesOf } from "../limits.js";
import { catalogOf } from "../plugins/catalog.js";
import { assertPlugins, pluginsFile, readPlugins } from "../plugins/plugin-records.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import { buildModel } from "./build-model.js";
import { hasOwnChecksum } from "./checked-text.js";
import type { FileSystem } from "./file-system.js";
import {
  assertFiniteWeights,
  assertFolder,
  decodeWeights,
  loadModel,
  otherVocabulary,
  readRunConfig,
} from "./load-run.js";
import { RunError } from "./run-error.js";
import { RunFolder, tokenizerFiles } from "./run-folder.js";
import { type RunState, type StateFile, stateFiles } from "./run-state.js";
import { sha256 } from "./sha256.js";

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

type Found = { -readonly [K in keyof VerifiedFile]: VerifiedFile[K] } & { faults: string[] };

/**
 * Checks every file of a run folder: checksums, finite numbers, shapes and vocabularies against `config.yaml`, and those of
 * the previous checkpoint. It changes nothing, executes nothing from the folder, and reads only files that a run can have.
 * Models are built on the backend in use.
 *
 * @throws RunError when there is no such folder
 * @example
 * const { sound, files } = await verifyRun("runs/copy", { fileSystem: opfsFileSystem() });
 * if (!sound) console.log(files.flatMap(({ faults }) => faults));
 */
export async function verifyRun(folder: string, options: VerifyRunOptions): Promise<RunVerification> {
  const files = await new Verification(new RunFolder(folder, options.fileSystem), options.plugins).run();
  return { folder, files, sound: files.every(({ faults }) => faults.length === 0) };
}

class Verification {
  readonly #catalog;
  readonly #found = new Map<string, Found>();
  #config: RunConfig | undefined;
  #tokenizers: { source?: Tokenizer | undefined; target?: Tokenizer | undefined } = {};

  constructor(
    readonly folder: RunFolder,
    readonly plugins: readonly Extension[] | undefined,
  ) {
    this.#catalog = catalogOf(plugins);
  }

  async run(): Promise<readonly VerifiedFile[]> {
    await assertFolder(this.folder);
    const names = await this.folder.checkpoints.names();
    await this.#verifyHead(names);
    const last = await this.#verifyState(false, names);
    const previous = await this.#verifyState(true, names);
    for (const side of ["source", "target"] as const) await this.#verifyTokenizer(side, last ?? previous);
    await this.#verifySharing();
    for (const name of stateFiles) {
      for (const suffix of ["", ".previous", ".next"]) {
        if (names.has(name + suffix)) await this.#verifyFile(name, suffix, last, previous);
      }
      await this.#verifyPresence(name, last, false);
      await this.#verifyPresence(name, previous, true);
    }
    for (const name of [...names].sort()) {
      if (this.#found.has(name)) continue;
      const file = this.#file(name, "not a file of a run; not read");
      if (name === "train.lock")
        file.what = "lock: a process trains into this folder, or has ended without unlocking it";
      if (name.endsWith(".next")) file.what = "left by a process that ended early; not used";
    }
    return [...this.#found.values()];
  }

  /** Configuration, plug-ins and tokenizers. */
  async #verifyHead(names: ReadonlySet<string>): Promise<void> {
    const { folder } = this;
    const config = this.#file("config.yaml", "configuration");
    await this.#try(config, async () => {
      this.#config = await readRunConfig(folder, this.plugins);
      config.what = `configuration of the recipe ${this.#config.recipe}`;
    });
    const bytes = await this.#measure(config);
    config.checksum = bytes && (await hasOwnChecksum(new TextDecoder().decode(bytes)));
    if (names.has(pluginsFile)) {
      const file = this.#file(pluginsFile, "plug-ins");
      await this.#measure(file);
      await this.#try(file, async () => {
        const records = await readPlugins(folder.path, folder.fileSystem);
        file.what = `plug-ins: ${records.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`;
        assertPlugins(records, folder.path, this.#catalog);
      });
    }
    for (const side of ["source", "target"] as const) this.#file(tokenizerFiles[side], `tokenizer of the ${side}`);
  }

  /** @param state - null when no checksum is known */
  async #verifyTokenizer(side: keyof Sides<Tokenizer>, state: RunState | null): Promise<void> {
    const name = tokenizerFiles[side];
    const file = this.#found.get(name)!;
    await this.#try(file, async () => {
      const tokenizer = await this.folder.readTokenizer(name, this.#catalog.tokenizers, state);
      this.#tokenizers[side] = tokenizer;
      file.what += `, vocabulary of ${tokenizer.vocabulary.size}`;
    });
    const bytes = await this.#measure(file);
    if (bytes && state) file.checksum = (await sha256(bytes)) === state.tokenizers[name].sha256;
  }

  /** Checks that the tokenizers are equal if the run shares one. */
  async #verifySharing(): Promise<void> {
    await this.#try(this.#found.get(tokenizerFiles.target)!, async () => {
      const { source, target } = this.#tokenizers;
      if (!this.#config || !source || !target) return;
      this.#tokenizers = await this.folder.readTokenizers(this.#isShared(this.#config), this.#catalog.tokenizers, null);
    });
  }

  #isShared({ data }: RunConfig): boolean {
    return "task" in data ? hasOneVocabulary(data, this.#catalog) : data.sharedVocabulary;
  }

  async #verifyState(previous: boolean, names: ReadonlySet<string>): Promise<RunState | null> {
    const name = previous ? "state.json.previous" : "state.json";
    if (previous && !names.has(name)) return null;
    const file = this.#file(name, previous ? "state of the previous checkpoint" : "state of the last checkpoint");
    let state: RunState | null = null;
    if (names.has(name)) file.checksum = false;
    await this.#try(file, async () => {
      state = await this.folder.checkpoints.readState(previous);
      if (state) file.what += `: epoch ${state.epoch}, step ${state.step}`;
      if (names.has(name)) file.checksum = state !== null;
      else if (state) file.what += ", in state.json.next";
      else file.what += ": missing, so no checksum is known";
    });
    if (names.has(name)) await this.#measure(file);
    return state;
  }

  /** A file that is in the folder. */
  async #verifyFile(name: StateFile, suffix: string, last: RunState | null, previous: RunState | null): Promise<void> {
    const file = this.#file(name + suffix, name);
    const bytes = await this.#measure(file);
    if (bytes === null) return;
    const hash = await sha256(bytes);
    const own = suffix === ".previous" ? previous : last;
    const state = [own, last, previous].find((each) => each?.files[name]?.sha256 === hash) ?? null;
    if (state) file.checksum = true;
    // Without a state, files under their own names are used.
    if (state || (suffix === "" && last === null)) return await this.#verifyContent(file, name, bytes, state);
    file.what = "not used: left by an earlier checkpoint";
    await this.#try(file, async () => {
      if (suffix === ".next" || !own?.files[name] || (await this.folder.checkpoints.find(name, own))) return;
      file.what = whatOf(name, own);
      await this.#noteDamage(file, name, suffix === ".previous");
    });
  }

  async #verifyContent(file: Found, name: StateFile, bytes: Uint8Array, state: RunState | null): Promise<void> {
    const path = this.folder.at(file.name);
    file.what = whatOf(name, state);
    await this.#try(file, async () => {
      if (name === "metrics.ndjson") {
        assertMetrics(path, bytes, state);
        return;
      }
      const tensors = decodeWeights(path, bytes);
      file.what += `, ${tensors.size} tensors`;
      file.finite = false;
      assertFiniteWeights(path, tensors);
      file.finite = true;
      await this.#verifyShapes(file, name, bytes, state);
    });
  }

  /** Loads the weights into a model of the configuration, if there is one. */
  async #verifyShapes(file: Found, name: StateFile, bytes: Uint8Array, state: RunState | null): Promise<void> {
    const path = this.folder.at(file.name);
    const [config, { source, target }] = [this.#config, this.#tokenizers];
    const isOptimizer = name === "optimizer.safetensors";
    // The parameters of an optimizer are those of the model of the same checkpoint.
    const weights = isOptimizer
      ? state && (await this.folder.checkpoints.find("model.safetensors", state))?.bytes
      : bytes;
    if (!config || !source || !target || !weights) return;
    file.shapes = false;
    const model = loadModel(
      path,
      weights,
      (limits) => buildModel(config, { source, target }, new Random(config.seed), this.#catalog, limits),
      otherVocabulary({ source, target }),
    );
    try {
      if (isOptimizer) {
        const { optimizer: kind, optimizerOptions } = config.training;
        const optimizer = this.#catalog.optimizers.get(kind).create(model.parameters(), optimizerOptions);
        try {
          optimizer.load(decodeWeights(path, bytes));
        } finally {
          optimizer.dispose();
        }
      }
    } finally {
      model.dispose();
    }
    file.shapes = true;
  }

  /** Notes a file that a state describes, but that is not in the folder. */
  async #verifyPresence(name: StateFile, state: RunState | null, previous: boolean): Promise<void> {
    const own = previous ? `${name}.previous` : name;
    if (!state?.files[name] || this.#found.has(own)) return;
    const file = this.#file(own, whatOf(name, state));
    await this.#try(file, async () => {
      if (await this.folder.checkpoints.find(name, state)) this.#found.delete(own);
      else await this.#noteDamage(file, name, previous);
    });
  }

  async #noteDamage(file: Found, name: StateFile, previous: boolean): Promise<void> {
    file.checksum = false;
    const { damagedFile } = await import("./explain-folder.js");
    file.faults.push(await damagedFile(this.folder.checkpoints, name, previous));
  }

  #file(name: string, what: string): Found {
    const file: Found = { name, what, bytes: null, checksum: null, finite: null, shapes: null, faults: [] };
    this.#found.set(name, file);
    return file;
  }

  /** Reads a file and notes its size; null when it cannot be read. */
  async #measure(file: Found): Promise<Uint8Array | null> {
    let bytes: Uint8Array | null = null;
    const read = async (): Promise<void> => {
      bytes = await this.folder.fileSystem.read(this.folder.at(file.name), maxBytesOf(file.name));
    };
    // The error of a file that was read already has been noted.
    if (file.faults.length > 0) await read().catch(() => {});
    else await this.#try(file, read);
    file.bytes = (bytes as Uint8Array | null)?.byteLength ?? null;
    return bytes;
  }

  /** Notes errors that a file can cause. */
  async #try(file: Found, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const isSystem = error instanceof Error && "code" in error;
      if (!isHeedError(error) && !isSystem) throw error;
      const { message } = error as Error;
      const path = this.folder.at(file.name);
      file.faults.push(message.includes(file.name) ? message : `${path}: ${message}`);
    }
  }
}

function whatOf(name: StateFile, state: RunState | null): string {
  if (name === "metrics.ndjson") return state ? `metrics of ${state.epoch} epochs` : "metrics";
  if (name === "best.safetensors") return state ? `weights of the best epoch, ${state.bestEpoch}` : "best weights";
  return `${name === "model.safetensors" ? "weights" : "optimizer"}${state ? ` of step ${state.step}` : ""}`;
}

/** @throws RunError when a line is not an epoch, or there is not a line for each epoch */
function assertMetrics(path: string, bytes: Uint8Array, state: RunState | null): void {
  const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
  for (const [i, line] of lines.entries()) {
    let epoch: unknown = null;
    try {
      epoch = (JSON.parse(line) as { epoch?: unknown } | null)?.epoch;
    } catch {
      // Reported below.
    }
    if (epoch !== i + 1) throw new RunError(`${path}:${i + 1}: expected the JSON of epoch ${i + 1}, got another text.`);
  }
  if (state && lines.length !== state.epoch) {
    throw new RunError(`${path} must have a line for each of the ${state.epoch} epochs, got ${lines.length} lines.`);
  }
}
