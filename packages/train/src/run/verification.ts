import { type Extension, isHeedError, Random } from "@heed/core";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";
import { hasOneVocabulary } from "../data/task-data.js";
import { maxBytesOf } from "../limits.js";
import { catalogOf } from "../plugins/catalog.js";
import { assertPlugins, pluginsFile, readPlugins } from "../plugins/plugin-records.js";
import { assertMetrics } from "./assert-metrics.js";
import { buildModel } from "./build-model.js";
import { hasOwnChecksum } from "./checked-text.js";
import { assertFiniteWeights, decodeWeights } from "./decode-weights.js";
import { epochsInWords } from "./epochs-in-words.js";
import { RunFolder, reportFiles, tokenizerFiles } from "./run-folder.js";
import { type RunState, type StateFile, stateFiles } from "./run-state.js";
import { sha256 } from "./sha256.js";
import { assertFolder, loadModel, otherVocabulary, readRunConfig } from "./stored-run.js";
import type { VerifiedFile, VerifyRunOptions } from "./verified-file.js";

/** Not in the page of a training that keeps no weights. */
const keptWeights = () => import("./kept-weights.js");

type Found = { -readonly [K in keyof VerifiedFile]: VerifiedFile[K] } & { faults: string[] };

/** The work of {@link verifyRun}. */
export class Verification {
  readonly #catalog;
  readonly #found = new Map<string, Found>();
  #config: RunConfig | undefined;
  #tokenizers: { source?: Tokenizer | undefined; target?: Tokenizer | undefined } = {};

  readonly folder: RunFolder;
  readonly plugins: readonly Extension[] | undefined;

  constructor(folder: string, { fileSystem, plugins }: VerifyRunOptions) {
    this.folder = new RunFolder(folder, fileSystem);
    this.plugins = plugins;
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
    const { isAverageFile, keptFolder } = await keptWeights();
    await this.#verifyKept(names, last, previous);
    for (const name of [...names].sort()) {
      if (isAverageFile(name)) await this.#verifyAverage(name);
      if (this.#found.has(name) || (name === keptFolder && (await this.#hasKeptFolder()))) continue;
      const file = this.#file(name, "not a file of a run; not read");
      if (reportFiles.some((file) => file === name)) file.what = "report of the training; not read";
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
      if (name === "best.safetensors" && state === null) await this.#noteAverage(file, bytes);
      await this.#verifyWeights(file, bytes, name === "optimizer.safetensors", state);
    });
  }

  /** Weights of epochs that a checkpoint describes, or that are left from earlier ones. */
  async #verifyKept(names: ReadonlySet<string>, last: RunState | null, previous: RunState | null): Promise<void> {
    const { isEntry, keptEpoch, keptFile, keptFiles, keptFolder } = await keptWeights();
    const listed =
      names.has(keptFolder) && (await this.#hasKeptFolder()) ? await keptFiles(this.folder.checkpoints) : [];
    const entries = [...(previous?.kept ?? []), ...(last?.kept ?? [])];
    for (const name of new Set([...listed, ...entries.map(({ epoch }) => keptFile(epoch))].sort())) {
      const entry = entries.find(({ epoch }) => keptFile(epoch) === name);
      const file = this.#file(name, `weights of epoch ${keptEpoch(name)}`);
      // Weights that are written before the state of their checkpoint, or removed after it.
      if (!entry) {
        file.what += ": no state describes them; not read";
        continue;
      }
      const bytes = await this.#measure(file);
      file.checksum = bytes !== null && (await isEntry(bytes, entry));
      if (bytes && file.checksum) await this.#try(file, () => this.#verifyWeights(file, bytes));
      else if (file.faults.length === 0) {
        file.faults.push(
          `${this.folder.at(name)} is ${bytes ? "damaged" : "missing"}: expected the file with the checksum in state.json. Restore the file. Resuming does not need it.`,
        );
      }
    }
  }

  async #hasKeptFolder(): Promise<boolean> {
    const { keptFolder } = await keptWeights();
    return await this.folder.fileSystem.isFolder(this.folder.at(keptFolder));
  }

  async #verifyAverage(name: string): Promise<void> {
    const file = this.#file(name, "average of weights");
    const bytes = await this.#measure(file);
    if (bytes === null) return;
    await this.#try(file, async () => {
      await this.#noteAverage(file, bytes);
      await this.#verifyWeights(file, bytes);
    });
  }

  /** Checks the own checksum of weights, if they have one. */
  async #noteAverage(file: Found, bytes: Uint8Array): Promise<void> {
    file.checksum = false;
    const { checkAverage } = await keptWeights();
    const epochs = await checkAverage(this.folder.at(file.name), bytes);
    file.checksum = epochs ? true : null;
    if (epochs) file.what = `average of ${epochsInWords(epochs)}`;
  }

  /** Checks that weights, or the state of an optimizer, are finite, and have the shapes of the configuration. */
  async #verifyWeights(file: Found, bytes: Uint8Array, isOptimizer = false, state: RunState | null = null) {
    const path = this.folder.at(file.name);
    const tensors = decodeWeights(path, bytes);
    file.what += `, ${tensors.size} tensors`;
    file.finite = false;
    assertFiniteWeights(path, tensors);
    file.finite = true;
    const [config, { source, target }] = [this.#config, this.#tokenizers];
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
  if (name === "ema.safetensors") {
    return state ? `moving average of the weights of step ${state.step}` : "moving average of the weights";
  }
  return `${name === "model.safetensors" ? "weights" : "optimizer"}${state ? ` of step ${state.step}` : ""}`;
}
