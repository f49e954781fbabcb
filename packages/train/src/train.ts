import { HeedError, Random } from "@heed/core";
import { batchPairs, paddingShare } from "@heed/datasets";
import { schedule } from "@heed/nn";
import type { RunConfig } from "@heed/seq2seq";
import { currentBackend } from "@heed/tensor";
import { dataFingerprint } from "./data/data-fingerprint.js";
import { type PreparedData, prepareData, type TextSample } from "./data/prepare-data.js";
import type { DoneEvent, EpochEvent, TrainListener } from "./events.js";
import { sequenceAccuracyOf } from "./inference/sequence-accuracy-of.js";
import { type FitResult, fit as fitModule, noProgress, type Progress } from "./loop/fit.js";
import { seq2seqLoss } from "./loop/seq2seq-loss.js";
import { validate } from "./loop/validate.js";
import { buildModel, type Extensions } from "./run/build-model.js";
import { type FileSystem, nodeFileSystem } from "./run/file-system.js";
import { assertFolder } from "./run/load-run.js";
import { makeOptimizer } from "./run/make-optimizer.js";
import { Recorder } from "./run/recorder.js";
import { type Resumed, readResumed } from "./run/resume.js";
import type { Run } from "./run/run.js";
import { RunError } from "./run/run-error.js";
import { RunFolder } from "./run/run-folder.js";
import type { ScorerSource } from "./run/scorer-source.js";
import { DivergenceError } from "./training-error.js";

/** Options of {@link train}. */
export interface TrainOptions extends Extensions {
  /** From `resolveConfig`. With `resume` it may be left out, or differ in epochs and patience. */
  readonly config?: RunConfig | undefined;
  /** The run folder, in Node; by default nothing is written. */
  readonly out?: string | null | undefined;
  /** Go on with the run in `out`. */
  readonly resume?: boolean | undefined;
  /** Where a scorer among `scorers` came from, to be remembered in the run folder. */
  readonly scorerSource?: ScorerSource | undefined;
  /** A run in `out` may be replaced; it is, after the first step of the new one. */
  readonly overwrite?: boolean | undefined;
  readonly on?: TrainListener | undefined;
  /** Stops after the step in hand; the checkpoint of the last completed epoch stands. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link train} returns: a run with the parameters of its best epoch. */
export interface TrainResult extends Run {
  /** Every epoch, those before a resume included. */
  readonly history: readonly EpochEvent[];
  readonly done: DoneEvent;
  /** The validation pairs as text. */
  readonly validation: readonly TextSample[];
}

/**
 * Trains the model of a configuration on its data, on the backend in use, and writes a run folder. With the same machine,
 * backend and configuration the result is the same, bit for bit, and resuming changes nothing about it (but for the
 * durations in the metrics, and where `training.schedule: linear` is given another number of epochs).
 *
 * The folder holds `config.yaml`, `model.safetensors` (last), `best.safetensors`, `optimizer.safetensors` and `state.json`
 * (to resume), `source.vocabulary.json`, `target.vocabulary.json` and `metrics.ndjson` (an epoch a line). A process that
 * is killed at any moment leaves a run that can be resumed.
 *
 * @throws DivergenceError when a loss is NaN or infinite; the last checkpoint stays as it is
 * @throws RunError when there is a run in `out` already, or none to resume, or nothing can be written there
 * @throws DataError, ConfigError, HeedError when the data or the configuration is wrong
 * @example
 * await use(cpu());
 * const config = resolveConfig({ recipe: "copy", training: { epochs: 2 } });
 * const run = await train({ config, out: "runs/copy", on: (event) => console.log(event) });
 */
export function train(options: TrainOptions): Promise<TrainResult> {
  return trainOn(nodeFileSystem, options);
}

/** {@link train} on any file system. */
export async function trainOn(fileSystem: FileSystem, options: TrainOptions): Promise<TrainResult> {
  const folder = options.out === undefined || options.out === null ? null : new RunFolder(options.out, fileSystem);
  try {
    return await trainInto(folder, options);
  } finally {
    await folder?.unlock();
  }
}

async function trainInto(folder: RunFolder | null, options: TrainOptions): Promise<TrainResult> {
  const resumed = await readFolder(folder, options);
  const config = resumed?.config ?? options.config;
  if (!config) throw new HeedError("train: give a `config`, or `resume: true` with the run folder as `out`.");
  const data = await prepareData(config.data, config.seed);
  const seeds = new Random(config.seed);
  const random = new Random(seeds.integer(0, 2 ** 32));
  const orderSeed = seeds.integer(0, 2 ** 32);
  const { sourceVocabulary: source, targetVocabulary: target } = data;
  const model = buildModel(config, { source, target }, random, options);
  const optimizer = makeOptimizer(config.training, model.parameters());
  const fingerprint = folder ? await dataFingerprint(data) : "";
  const { scorerSource } = options;
  const recorded = { config, model, optimizer, random, source, target, data: fingerprint, scorerSource };
  const recorder = new Recorder(folder, recorded);
  try {
    const progress = resumed?.checkpoint ? recorder.restore(resumed.checkpoint, resumed.history) : noProgress;
    await announce(options, { config, data, resumed, parameters: model.parameterCount(), progress });
    const result = await runEpochs(options, {
      ...{ config, data, recorder, progress, orderSeed },
      resumed: resumed !== null,
    });
    return await finish(options, { config, data, recorder, result });
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    optimizer.dispose();
  }
}

/** The run to go on with; null for a new one. */
async function readFolder(folder: RunFolder | null, options: TrainOptions): Promise<Resumed | null> {
  if (options.resume) {
    if (!folder) throw new RunError("train: resume needs `out`, the folder of the run to go on with.");
    await assertFolder(folder);
    await folder.fileSystem.assertWritable(folder.path);
    await folder.lock();
    return await readResumed(folder, options.config, options);
  }
  // Now, rather than after the first step, when the folder is made.
  await folder?.fileSystem.assertWritable(folder.path);
  if (!options.overwrite) await folder?.assertFree();
  return null;
}

async function announce(
  { on, scorerSource }: TrainOptions,
  about: {
    readonly config: RunConfig;
    readonly data: PreparedData;
    readonly resumed: Resumed | null;
    readonly parameters: number;
    readonly progress: Progress;
  },
): Promise<void> {
  const { config, data, resumed, parameters, progress } = about;
  const report = currentBackend().report();
  await on?.({
    event: "start",
    recipe: config.recipe,
    parameters,
    trainPairs: data.train.length,
    validationPairs: data.validation.length,
    sourceVocabulary: data.sourceVocabulary.size,
    targetVocabulary: data.targetVocabulary.size,
    resumedAt: progress.epoch,
    epochs: config.training.epochs,
    backend: report,
  });
  const notices = [...data.notices];
  if (resumed && !resumed.checkpoint) notices.push("The run stopped before its first checkpoint: it begins anew.");
  const { backend } = resumed?.checkpoint?.state ?? {};
  if (backend !== undefined && backend !== currentBackend().name) {
    notices.push(
      `The run was trained on ${backend} and goes on on ${currentBackend().name}: the results will differ in their last digits.`,
    );
  }
  if (scorerSource && resumed?.scorerSource && scorerSource.sha256 !== resumed.scorerSource.sha256) {
    notices.push(
      `${scorerSource.file} has changed since the run began: what the scorer ${scorerSource.name} does from now on may be something else.`,
    );
  }
  if (resumed && config.training.schedule === "linear" && config.training.epochs !== resumed.before.training.epochs) {
    notices.push(
      `The linear schedule now ends at epoch ${config.training.epochs}, not ${resumed.before.training.epochs}: the learning rate jumps.`,
    );
  }
  for (const message of notices) await on?.({ event: "notice", message });
}

async function runEpochs(
  { on, signal, overwrite = false }: TrainOptions,
  about: {
    readonly config: RunConfig;
    readonly data: PreparedData;
    readonly recorder: Recorder;
    readonly progress: Progress;
    /** A run that stopped before its first checkpoint lies in the folder, and may be replaced. */
    readonly resumed: boolean;
    readonly orderSeed: number;
  },
): Promise<FitResult> {
  const { config, data, recorder, orderSeed } = about;
  const { model, optimizer } = recorder.recorded;
  const { epochs, batchSize, learningRate, warmupSteps, clipNorm, labelSmoothing, patience } = config.training;
  const validation = batchPairs(data.validation, { batchSize });
  const totalSteps = epochs * Math.ceil(data.train.length / batchSize);
  const batches = (epoch: number) =>
    // A generator for each epoch: resuming needs no more than the epoch's number.
    batchPairs(data.train, { batchSize, random: new Random(orderSeed + epoch) });
  const share = paddingShare(batches(about.progress.epoch + 1));
  await on?.({ event: "notice", message: `Padding is ${(100 * share).toFixed(1)} % of all positions.` });
  let progress = about.progress;
  try {
    return await fitModule({
      model,
      optimizer,
      epochs,
      batches,
      loss: (batch) => seq2seqLoss(model, batch, { labelSmoothing }),
      weight: (batch) => batch.tokens,
      learningRate: schedule(config.training.schedule, { learningRate, warmupSteps, totalSteps }),
      clipNorm,
      patience,
      progress,
      validate: () => validate(model, validation),
      ...(signal ? { signal } : {}),
      async on(event, now) {
        if (event.event === "step") {
          await recorder.begin({ resumed: about.progress.epoch > 0, overwrite: overwrite || about.resumed });
          await on?.(event);
          return;
        }
        const epoch: EpochEvent = { ...event, validLoss: event.validLoss!, validAccuracy: event.validAccuracy! };
        await recorder.record(epoch, now);
        progress = now;
        await on?.(epoch);
        if (recorder.folder) await on?.({ event: "checkpoint", epoch: epoch.epoch, path: recorder.folder.path });
      },
    });
  } catch (error) {
    if (!(error instanceof DivergenceError) || !recorder.folder) throw error;
    throw new DivergenceError(
      error,
      progress.epoch > 0
        ? `The checkpoint of epoch ${progress.epoch} in ${recorder.folder.path} is untouched.`
        : "There is no checkpoint yet.",
    );
  }
}

async function finish(
  { on, signal }: TrainOptions,
  about: {
    readonly config: RunConfig;
    readonly data: PreparedData;
    readonly recorder: Recorder;
    readonly result: FitResult;
  },
): Promise<TrainResult> {
  const { config, data, recorder, result } = about;
  const { model } = recorder.recorded;
  if (recorder.best) model.loadStateDict(recorder.best);
  model.eval();
  const folder = recorder.folder?.path ?? null;
  const { reason, progress } = result;
  const done: DoneEvent = {
    event: "done",
    reason,
    epochs: progress.epoch,
    bestEpoch: progress.bestEpoch,
    bestValidLoss: progress.bestLoss,
    sequenceAccuracy:
      reason === "interrupted" || signal?.aborted
        ? null
        : await sequenceAccuracyOf(model, data.validation, {
            vocabulary: data.targetVocabulary,
            batchSize: config.training.batchSize,
          }),
    run: folder,
  };
  await on?.(done);
  const { sourceVocabulary, targetVocabulary, sourceTokenizer, targetTokenizer } = data;
  return {
    ...{ folder, config, model, sourceVocabulary, targetVocabulary, sourceTokenizer, targetTokenizer },
    history: recorder.history,
    done,
    validation: data.validationText,
  };
}
