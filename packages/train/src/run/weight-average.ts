// Averages of weights. Loaded when one is written, so that pages stay small.
import { shownArgument } from "@heed/core";
import { formatShape, type SafeTensor } from "@heed/tensor";
import type { EpochEvent } from "../events.js";
import { maxBytesOf } from "../limits.js";
import { epochMetrics } from "../loop/epoch-metrics.js";
import type { BestMetric } from "../loop/fit.js";
import { pluginsFile } from "../plugins/plugin-records.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import { averageFile, encodeAverage } from "./average-file.js";
import { assertFiniteWeights, decodeWeights } from "./decode-weights.js";
import type { FileSystem } from "./file-system.js";
import { parseHistory } from "./history.js";
import { keptFile, readKept } from "./kept-weights.js";
import { RunError } from "./run-error.js";
import { RunFolder, tokenizerFiles } from "./run-folder.js";
import { assertFolder, readRunConfig } from "./stored-run.js";

/** Options of {@link averageWeights}: one of `last`, `best` and `epochs`. */
export interface AverageWeightsOptions extends PluginOptions {
  /** Where the run folder is. `averageWeights` of `@heed/train/node` uses Node's file system by default. */
  readonly fileSystem: FileSystem;
  /** Averages the last n epochs that are kept. */
  readonly last?: number | undefined;
  /** Averages the n best epochs, by `training.bestMetric`, among those that are kept. */
  readonly best?: number | undefined;
  /** Averages these epochs. */
  readonly epochs?: readonly number[] | undefined;
  /** Name of the average: `average` (the default), or one that begins with `average-`. */
  readonly name?: string | undefined;
  /**
   * A folder to create: a run with the average as its best weights, which can be used but not resumed. Default: the average
   * is written into the run folder.
   */
  readonly out?: string | undefined;
}

/** The result of {@link averageWeights}. */
export interface AveragedWeights {
  /** The epochs that were averaged, in ascending order. */
  readonly epochs: readonly number[];
  /** Path of the file that was written. */
  readonly path: string;
  /** Number of parameters. */
  readonly parameters: number;
}

/** Averages the weights of epochs and writes them; see `averageWeights`. */
export async function writeAverage(folder: string, options: AverageWeightsOptions): Promise<AveragedWeights> {
  const { fileSystem, name = "average", out } = options;
  const file = averageFile(name);
  const run = new RunFolder(folder, fileSystem);
  await assertFolder(run);
  const epochs = await chooseEpochs(run, options);
  const target = out === undefined ? null : new RunFolder(out, fileSystem);
  await target?.fileSystem.assertWritable(target.path);
  await target?.assertFree();
  const tensors = await meanOf(run, epochs);
  const bytes = await encodeAverage(tensors, epochs);
  let parameters = 0;
  for (const { data } of tensors.values()) parameters += data.length;
  if (target) await writeRun(run, target, bytes);
  else await run.replace(file, bytes);
  return { epochs, path: target ? target.at("best.safetensors") : run.at(file), parameters };
}

/** Returns the epochs to average, in ascending order. */
async function chooseEpochs(
  run: RunFolder,
  { last, best, epochs, plugins }: AverageWeightsOptions,
): Promise<readonly number[]> {
  const given = Object.entries({ last, best, epochs }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const names = given.map(([name]) => name).join(" and ") || "none";
    throw new RunError(`averageWeights: expected one of last, best and epochs, got ${names}. Give one: { last: 10 }.`);
  }
  if (epochs !== undefined) {
    if (epochs.length > 0 && epochs.every((epoch) => Number.isInteger(epoch) && epoch > 0)) {
      return [...new Set(epochs)].sort((a, b) => a - b);
    }
    throw new RunError(`averageWeights: epochs must be numbers of epochs, got ${JSON.stringify(epochs)}.`);
  }
  const [which, count] = given[0] as [string, number];
  if (!Number.isInteger(count) || count < 1) {
    throw new RunError(`averageWeights: ${which} must be a positive integer, got ${count}.`);
  }
  const { bytes, state } = await run.checkpoints.read("metrics.ndjson");
  if (bytes === null || state === null) throw run.missing("state.json");
  const kept = state.kept.map(({ epoch }) => epoch);
  if (kept.length < count) {
    const found = kept.length === 0 ? "none" : `${kept.length}: ${kept.join(", ")}`;
    throw new RunError(
      `${run.path} must keep the weights of ${count} ${count === 1 ? "epoch" : "epochs"} to average them, got ${found}. ${kept.length === 0 ? `Train with training.keepCheckpoints: ${count}.` : "Average fewer."}`,
    );
  }
  if (last !== undefined) return kept.slice(-last);
  const history = parseHistory(bytes, run.at("metrics.ndjson"));
  const { training } = await readRunConfig(run, plugins);
  const metric = (await epochMetrics(training, plugins)).best;
  return bestFirst(
    history.filter(({ epoch }) => kept.includes(epoch)),
    metric,
  )
    .slice(0, count)
    .sort((a, b) => a - b);
}

/** Returns epochs, the best first; of equal ones, the earlier first. */
function bestFirst(history: readonly EpochEvent[], { name, higherIsBetter }: BestMetric): number[] {
  const costOf = ({ validLoss, validAccuracy, metrics }: EpochEvent): number => {
    const value = name === "loss" ? validLoss : name === "accuracy" ? validAccuracy : (metrics[name] ?? Number.NaN);
    return higherIsBetter ? -value : value;
  };
  return [...history].sort((a, b) => costOf(a) - costOf(b)).map(({ epoch }) => epoch);
}

/** Returns the mean of the weights of epochs. */
async function meanOf(run: RunFolder, epochs: readonly number[]): Promise<Map<string, SafeTensor>> {
  const sums = new Map<string, { sum: Float64Array; first: SafeTensor }>();
  for (const [i, epoch] of epochs.entries()) {
    const { bytes } = await readKept(run.checkpoints, epoch);
    const path = run.at(keptFile(epoch));
    const tensors = decodeWeights(path, bytes);
    assertFiniteWeights(path, tensors);
    for (const [name, tensor] of tensors) {
      const { data, dtype, shape } = tensor;
      if (dtype !== "F32" && dtype !== "F64") {
        throw new RunError(
          `${path}: weights must be F32 or F64 to average them, got ${dtype} in ${shownArgument(name)}.`,
        );
      }
      // Only dtype and shape of the first file are kept, not its bytes.
      if (i === 0)
        sums.set(name, {
          sum: new Float64Array(data.length),
          first: { ...tensor, data: data.slice(0, 0) } as SafeTensor,
        });
      const entry = sums.get(name);
      if (!entry || entry.first.dtype !== dtype || formatShape(entry.first.shape) !== formatShape(shape)) {
        throw otherShapes(path, run.at(keptFile(epochs[0]!)), name);
      }
      for (let at = 0; at < data.length; at++) entry.sum[at]! += data[at] as number;
    }
    const missing = [...sums.keys()].find((name) => !tensors.has(name));
    if (missing !== undefined) throw otherShapes(path, run.at(keptFile(epochs[0]!)), missing);
  }
  const means = new Map<string, SafeTensor>();
  for (const [name, { sum, first }] of sums) {
    const mean = sum.map((value) => value / epochs.length);
    const { shape } = first;
    means.set(
      name,
      first.dtype === "F64"
        ? { dtype: "F64", shape, data: mean }
        : { dtype: "F32", shape, data: new Float32Array(mean) },
    );
    sums.delete(name);
  }
  return means;
}

function otherShapes(path: string, first: string, name: string): RunError {
  return new RunError(
    `${path} must have the parameters of ${first}, got another shape or name: ${shownArgument(name)}. Average epochs of one run.`,
  );
}

/** Writes a run with the average as its best weights; the configuration is written last. */
async function writeRun(run: RunFolder, target: RunFolder, bytes: Uint8Array): Promise<void> {
  await target.lock();
  try {
    await target.assertFree();
    await target.replace("best.safetensors", bytes);
    for (const name of [...Object.values(tokenizerFiles), pluginsFile, "config.yaml"]) {
      const content = await run.fileSystem.read(run.at(name), maxBytesOf(name));
      if (content !== null) await target.replace(name, content);
      else if (name !== pluginsFile) throw run.missing(name);
    }
  } finally {
    await target.unlock();
  }
}
