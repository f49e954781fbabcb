import { type Extension, isHeedError, Random, shownArgument } from "@heed/core";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { type ConstructOptions, decodeSafetensors, formatShape, type SafeTensor, SafetensorsError } from "@heed/tensor";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import { maxLengths, type Sides } from "../data/choose-tokenizers.js";
import { drawMaxLength, hasOneVocabulary } from "../data/task-data.js";
import type { NoticeEvent } from "../events.js";
import { catalogOf } from "../plugins/catalog.js";
import { assertPlugins, changedPlugins, readPlugins } from "../plugins/plugin-records.js";
import type { LoadedPlugins } from "../plugins/plugin-source.js";
import { buildModel } from "./build-model.js";
import { configFromText } from "./config-text.js";
import type { FileSystem } from "./file-system.js";
import type { Run } from "./run.js";
import { RunError } from "./run-error.js";
import { RunFolder, tokenizerFiles } from "./run-folder.js";

/** Options of {@link loadRun}. */
export interface LoadRunOptions extends LoadedPlugins {
  /** Where the run folder is. `loadRun` of `@heed/train/node` uses Node's file system by default. */
  readonly fileSystem: FileSystem;
  /** Those of the epoch with the lowest validation loss (the default), or of the last checkpoint. */
  readonly weights?: "best" | "last";
  /** Whether the weights are those of the checkpoint before the last, for example because the last is damaged. */
  readonly previous?: boolean;
  /** Called with information about the run, such as a plug-in that has changed since, and awaited. */
  readonly on?: ((event: NoticeEvent) => unknown) | undefined;
}

/**
 * Loads a run folder onto the backend in use. Nothing in the folder is executed, and every size is checked before memory
 * is taken.
 *
 * @throws RunError when the folder is missing, half-written (names the file), damaged, of another version, or when the
 *   weights belong to another model (names each parameter with both shapes)
 * @throws MissingPluginError when it was trained with an extension that is neither built in nor in `plugins`
 * @throws ConfigError when its configuration has an unknown name or key
 * @example
 * const run = await loadRun("runs/copy", { fileSystem: opfsFileSystem() });
 * const [translation] = await translate(run, ["a b c"]);
 */
export async function loadRun(
  folder: string,
  { fileSystem, weights = "best", previous = false, on, ...loaded }: LoadRunOptions,
): Promise<Run> {
  const catalog = catalogOf(loaded.plugins);
  const files = new RunFolder(folder, fileSystem);
  await assertFolder(files);
  const records = await readPlugins(folder, fileSystem);
  assertPlugins(records, folder, catalog);
  for (const message of changedPlugins(records, loaded)) await on?.({ event: "notice", message });
  const config = await readRunConfig(files, loaded.plugins);
  const { data, seed } = config;
  const shared = "task" in data ? hasOneVocabulary(data, catalog) : data.sharedVocabulary;
  const maxLength = "task" in data ? drawMaxLength(data, seed, catalog) : maxLengths(data, catalog.tokenizers);
  const name = weights === "best" ? "best.safetensors" : "model.safetensors";
  const { bytes, state } = await files.checkpoints.read(name, previous);
  if (bytes === null && state?.bestEpoch === 0) {
    throw new RunError(
      `${folder} has no best weights yet: it stopped before its first validation, at step ${state.step}. Resume it, or load the last weights (weights: "last").`,
    );
  }
  if (bytes === null) throw files.missing(name);
  const tokenizers = await files.readTokenizers(shared, catalog.tokenizers, state);
  const model = loadModel(
    files.at(name),
    bytes,
    (limits) => buildModel(config, tokenizers, new Random(seed), catalog, limits),
    otherVocabulary(tokenizers),
  );
  return {
    folder,
    config,
    model: model.eval(),
    sourceTokenizer: tokenizers.source,
    targetTokenizer: tokenizers.target,
    maxLength,
  };
}

/**
 * Builds a model and loads weights into it. The weights are read first: a model that needs much more memory is not built.
 *
 * @param explain - returns why the shapes of the weights differ from those of the model
 * @throws RunError when the weights are damaged, not finite, or belong to another model
 */
export function loadModel(
  path: string,
  bytes: Uint8Array,
  build: (limits: ConstructOptions) => Seq2SeqModel,
  explain?: (model: Seq2SeqModel, tensors: ReadonlyMap<string, SafeTensor>) => string | undefined,
): Seq2SeqModel {
  const tensors = decodeWeights(path, bytes);
  assertFiniteWeights(path, tensors);
  let elements = 0;
  for (const { data } of tensors.values()) elements += data.length;
  let model: Seq2SeqModel | undefined;
  try {
    // Twice: an initialiser may need a copy.
    model = build({ maxElements: 2 * elements + 10_000 });
    model.loadStateDict(tensors);
    return model;
  } catch (error) {
    const fault = model && explain?.(model, tensors);
    model?.dispose();
    if (!isHeedError(error, "StateDictError") && !isHeedError(error, "BackendError")) throw error;
    if (fault !== undefined) throw new RunError(`${path}: ${fault} ${error.message}`, { cause: error });
    throw new RunError(`${path} belongs to another model than config.yaml. ${error.message}`, { cause: error });
  }
}

/** Returns a function that explains weights whose shapes differ from those of the model by the size of a vocabulary. */
export function otherVocabulary(tokenizers: Sides<Tokenizer>): NonNullable<Parameters<typeof loadModel>[3]> {
  return (model, tensors) => {
    for (const [name, { shape }] of model.parameters()) {
      const own = tensors.get(name)?.shape ?? [];
      const axis = shape.findIndex((size, i) => own[i] !== undefined && own[i] !== size);
      const sides = (["source", "target"] as const).filter((side) => tokenizers[side].vocabulary.size === shape[axis]);
      if (sides.length === 0 || own.length !== shape.length) continue;
      const files = sides.map((side) => tokenizerFiles[side]).join(" and ");
      return `the weights belong to a vocabulary of ${own[axis]} tokens, but the vocabulary of ${files} has ${shape[axis]}. Restore the tokenizer that the run was trained with, or train again.`;
    }
    return undefined;
  };
}

const advice = "Restore the file, or train again.";

/** @throws RunError when the file is damaged */
export function decodeWeights(path: string, bytes: Uint8Array): ReadonlyMap<string, SafeTensor> {
  try {
    return decodeSafetensors(bytes).tensors;
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new RunError(`${path} is damaged: ${error.message}. ${advice}`, { cause: error });
  }
}

/** @throws RunError when a weight is NaN or infinite */
export function assertFiniteWeights(path: string, tensors: ReadonlyMap<string, SafeTensor>): void {
  for (const [name, { data }] of tensors) {
    const isFloat = data instanceof Float32Array || data instanceof Float64Array;
    const place = isFloat ? data.findIndex((value) => !Number.isFinite(value)) : -1;
    if (place !== -1) throw new RunError(`${path}: expected finite weights, got ${data[place]} in ${name}. ${advice}`);
  }
}

/**
 * Checks weights that belong to the same model as others, which were loaded already.
 * @throws RunError when they are damaged, not finite, or have other names or shapes
 */
export function assertSameModel(path: string, bytes: Uint8Array, other: Uint8Array): void {
  const tensors = decodeWeights(path, bytes);
  assertFiniteWeights(path, tensors);
  const outline = (weights: ReadonlyMap<string, SafeTensor>): string[] =>
    Array.from(weights, ([name, { shape }]) => `${name} ${formatShape(shape)}`).sort();
  const [own, expected] = [outline(tensors), outline(decodeSafetensors(other).tensors)];
  const missing = expected.find((line) => !own.includes(line)) ?? own.find((line) => !expected.includes(line));
  if (missing === undefined) return;
  throw new RunError(
    `${path} belongs to another model than config.yaml: ${shownArgument(missing)} is in only one of the two. ${advice}`,
  );
}

/** @throws RunError when there is no such folder, or a file in its place */
export async function assertFolder({ path, fileSystem }: RunFolder): Promise<void> {
  let names: string[] | null;
  try {
    names = await fileSystem.list(path);
  } catch (error) {
    const isFile = (error as { code?: unknown }).code === "ENOTDIR";
    const why = isFile ? "it is a file, or a file stands on the way to it" : (error as Error).message;
    throw new RunError(`${path} is not a run folder: ${why}.`, { cause: error });
  }
  if (names === null) {
    throw new RunError(
      `There is no run folder ${path}. Name the folder that training wrote to, or train a model first.`,
    );
  }
}

/** The configuration of a run folder. */
export async function readRunConfig(files: RunFolder, plugins?: readonly Extension[]): Promise<RunConfig> {
  return await configFromText(await files.readConfigText(), files.at("config.yaml"), plugins);
}
