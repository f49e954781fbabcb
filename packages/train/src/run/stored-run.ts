// Loading of run folders. Loaded when there is one, so that pages that keep no run stay small.
import { type Extension, isHeedError, Random } from "@heed/core";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { ConstructOptions, SafeTensor } from "@heed/tensor";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import { maxLengths, type Sides } from "../data/choose-tokenizers.js";
import { drawMaxLength, hasOneVocabulary } from "../data/task-data.js";
import type { NoticeEvent } from "../events.js";
import { catalogOf } from "../plugins/catalog.js";
import { assertPlugins, changedPlugins, readPlugins } from "../plugins/plugin-records.js";
import type { LoadedPlugins } from "../plugins/plugin-source.js";
import type { AverageName } from "./average-name.js";
import { buildModel } from "./build-model.js";
import { configFromText } from "./config-text.js";
import { assertFiniteWeights, decodeWeights } from "./decode-weights.js";
import type { FileSystem } from "./file-system.js";
import type { Run } from "./run.js";
import { RunError } from "./run-error.js";
import { RunFolder, tokenizerFiles } from "./run-folder.js";
import type { RunState } from "./run-state.js";

/**
 * Weights of a run: of the best epoch, of the last checkpoint, an average that {@link averageWeights} wrote, or those of an
 * epoch that `training.keepCheckpoints` keeps.
 */
export type WeightsChoice = "best" | "last" | AverageName | number;

/** Options of {@link loadRun}. */
export interface LoadRunOptions extends LoadedPlugins {
  /** Where the run folder is. `loadRun` of `@heed/train/node` uses Node's file system by default. */
  readonly fileSystem: FileSystem;
  /** Which weights; default: those of the best epoch. */
  readonly weights?: WeightsChoice;
  /** Whether the weights are those of the checkpoint before the last, for example because the last is damaged. */
  readonly previous?: boolean;
  /** Called with information about the run, such as a plug-in that has changed since, and awaited. */
  readonly on?: ((event: NoticeEvent) => unknown) | undefined;
}

/** Loads a run folder; see `loadRun`. */
export async function readStoredRun(
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
  const { name, bytes, state } = await readWeights(files, weights, previous);
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

/** The content of a file of weights. */
interface ReadWeights {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Null when there is no `state.json`. */
  readonly state: RunState | null;
}

/** @throws RunError when the weights are missing or damaged */
async function readWeights(files: RunFolder, weights: WeightsChoice, previous: boolean): Promise<ReadWeights> {
  if (weights !== "best" && weights !== "last") {
    const { readKeptOrAverage } = await import("./kept-weights.js");
    return await readKeptOrAverage(files.checkpoints, weights, previous);
  }
  const name = weights === "best" ? "best.safetensors" : "model.safetensors";
  const { bytes, state } = await files.checkpoints.read(name, previous);
  if (bytes === null && state?.bestEpoch === 0) {
    throw new RunError(
      `${files.path} has no best weights yet: it stopped before its first validation, at step ${state.step}. Resume it, or load the last weights (weights: "last").`,
    );
  }
  if (bytes === null) throw files.missing(name);
  // An average that is a run of its own has its checksum in the weights.
  if (state === null) await (await import("./kept-weights.js")).checkAverage(files.at(name), bytes);
  return { name, bytes, state };
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

/** @throws RunError when there is no such folder, or a file in its place */
export async function assertFolder({ path, fileSystem }: Pick<RunFolder, "path" | "fileSystem">): Promise<void> {
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
