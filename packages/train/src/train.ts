import { HeedError, Random } from "@heed/core";
import { lazyBatches, PairStore } from "@heed/datasets";
import { schedule } from "@heed/nn";
import { uploadBatch } from "@heed/seq2seq";
import { currentBackend } from "@heed/tensor";
import type { AbortSignalLike } from "./abort-signal-like.js";
import type { RunConfig } from "./config/run-config.js";
import { dataFingerprint } from "./data/data-fingerprint.js";
import { prepareData, type TextSample } from "./data/prepare-data.js";
import { type DoneEvent, type EpochEvent, type Live, type TrainListener, withHidden } from "./events.js";
import { sequenceAccuracyOf } from "./inference/sequence-accuracy-of.js";
import { fit as fitModule, noProgress } from "./loop/fit.js";
import { validate } from "./loop/validate.js";
import { buildModel, type Extensions } from "./run/build-model.js";
import type { FileSystem } from "./run/file-system.js";
import { makeOptimizer } from "./run/make-optimizer.js";
import { Recorder } from "./run/recorder.js";
import { openRun, resumeNotices } from "./run/resume.js";
import type { Run } from "./run/run.js";
import { RunFolder } from "./run/run-folder.js";
import type { ScorerSource } from "./run/scorer-source.js";
import { DivergenceError } from "./training-error.js";

/** Options of {@link train}. */
export interface TrainOptions extends Extensions {
  /** From `resolveConfig`. With `resume` it may be left out, or differ in epochs, patience and checkpointSteps. */
  readonly config?: RunConfig | undefined;
  /** The run folder, a path of `fileSystem`; default: nothing is written. */
  readonly out?: string | null | undefined;
  /** Where the run folder is; required with `out`. `train` of `@heed/train/node` uses Node's file system by default. */
  readonly fileSystem?: FileSystem | undefined;
  /** Resumes the run in `out`. */
  readonly resume?: boolean | undefined;
  /** The origin of a scorer among `scorers`, to be stored in the run folder. */
  readonly scorerSource?: ScorerSource | undefined;
  /** Whether a run in `out` may be replaced. It is replaced after the first step of the new one. */
  readonly overwrite?: boolean | undefined;
  readonly on?: TrainListener | undefined;
  /** Stops after the current step and writes a checkpoint. After the last step, it skips the sequence accuracy. */
  readonly signal?: AbortSignalLike | undefined;
}

/** The result of {@link train}: a run with the parameters of its best epoch (of its last step, before the first epoch). */
export interface TrainResult extends Run {
  /** Every epoch, those before a resume included. */
  readonly history: readonly EpochEvent[];
  readonly done: DoneEvent;
  /** The validation pairs as text. */
  readonly validation: readonly TextSample[];
}

/**
 * Trains the model of a configuration on its data, on the backend in use, and writes a run folder. The same machine, backend
 * and configuration give the same bits, also when the run is interrupted at any step and resumed. Only durations in the
 * metrics differ, and learning rates when `training.schedule: linear` gets another number of epochs.
 *
 * The folder contains `config.yaml`, `model.safetensors` (last), `best.safetensors`, `optimizer.safetensors` and `state.json`
 * (to resume), `source.tokenizer.json`, `target.tokenizer.json` and `metrics.ndjson` (one epoch a line). A process that is
 * killed at any moment leaves a run that can be resumed.
 *
 * @throws DivergenceError when a loss or a parameter is NaN or infinite; the last checkpoint is not changed
 * @throws RunError when `out` has a run already, or none to resume, or cannot be written
 * @throws DataError, ConfigError, HeedError when the data or the configuration is wrong, or `out` is given without
 *   `fileSystem`
 * @example
 * await use(cpu());
 * const config = resolveConfig({ recipe: "copy", training: { epochs: 2 } });
 * const run = await train({ config, out: "runs/copy", on: (event) => console.log(event) });
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const folder = runFolderOf(options);
  try {
    return await trainInto(folder, options);
  } finally {
    await folder?.unlock();
  }
}

function runFolderOf({ out, fileSystem }: TrainOptions): RunFolder | null {
  if (out === undefined || out === null) return null;
  if (fileSystem) return new RunFolder(out, fileSystem);
  throw new HeedError(
    `train: \`out\` needs a \`fileSystem\`, got only out: ${JSON.stringify(out)}. In Node, import train from "@heed/train/node"; in a browser, add fileSystem: opfsFileSystem().`,
  );
}

async function trainInto(folder: RunFolder | null, options: TrainOptions): Promise<TrainResult> {
  const { on, signal, overwrite = false, scorerSource } = options;

  // The configuration, and the run to resume.
  const resumed = await openRun(folder, options);
  const config = resumed?.config ?? options.config;
  if (!config) throw new HeedError("train: give a `config`, or `resume: true` with the run folder as `out`.");
  const { training, seed } = config;

  // The data.
  const data = await prepareData(config.data, seed, options.tokenizers);
  const { sourceTokenizer, targetTokenizer, maxLength } = data;
  const [source, target] = [sourceTokenizer.vocabulary, targetTokenizer.vocabulary];
  const tokenizers = { source: sourceTokenizer, target: targetTokenizer };
  const seeds = new Random(seed);
  const modelSeed = seeds.integer(0, 2 ** 32);
  const orderSeed = seeds.integer(0, 2 ** 32);
  const layout = { batchSize: training.batchSize, source, target };
  // The order depends on seed and epoch only, so that any epoch can be repeated.
  const pairs = PairStore.from(data.train);
  const batches = (epoch: number) => lazyBatches(pairs, { ...layout, random: new Random(orderSeed + epoch) });
  const validation = lazyBatches(PairStore.from(data.validation), layout);

  const fingerprint = folder ? await dataFingerprint(data) : "";

  // The model and the optimizer.
  const random = new Random(modelSeed);
  const model = buildModel(config, tokenizers, random, options);
  const optimizer = makeOptimizer(training, model.parameters());
  const recorder = new Recorder(folder, { config, model, optimizer, ...tokenizers, data: fingerprint, scorerSource });
  try {
    const start = resumed?.checkpoint ? recorder.restore(resumed.checkpoint, resumed.history) : noProgress;
    // Write the configuration now: when the new number of epochs is reached already, no step follows.
    if (start.step > 0) await recorder.begin({ resumed: true, overwrite: true });

    // Report what runs.
    await on?.({
      event: "start",
      recipe: config.recipe,
      parameters: model.parameterCount(),
      trainPairs: data.train.length,
      validationPairs: data.validation.length,
      sourceVocabulary: source.size,
      targetVocabulary: target.size,
      resumedAt: start.epoch,
      resumedStep: start.step,
      epochs: training.epochs,
      backend: currentBackend().report(),
    });
    const padding = `Padding is ${(100 * batches(start.epoch + 1).paddingShare).toFixed(1)} % of all positions.`;
    const notices = [...data.notices, ...(resumed ? resumeNotices(resumed, scorerSource) : []), padding];
    for (const message of notices) await on?.({ event: "notice", message });

    // Train.
    const run: Run = {
      ...{ folder: folder?.path ?? null, config, model, sourceTokenizer, targetTokenizer, maxLength },
    };
    const live: Live = { model, run };
    const { batchSize, accumulate, learningRate, warmupSteps, checkpointSteps, labelSmoothing } = training;
    const stepsPerEpoch = Math.ceil(Math.ceil(data.train.length / batchSize) / accumulate);
    const totalSteps = training.epochs * stepsPerEpoch;
    let epochs = start.epoch;
    let checkpoint = start;
    const reportCheckpoint = async (progress: typeof start): Promise<void> => {
      checkpoint = progress;
      if (folder) await on?.({ event: "checkpoint", epoch: progress.epoch, step: progress.step, path: folder.path });
    };
    const { reason, progress } = await fitModule({
      model,
      optimizer,
      epochs: training.epochs,
      batches,
      tokenCount: (batch) => batch.tokens,
      loss: (batch, { step, microBatch }) => {
        // Dropout depends on seed, step and micro-batch only: a resumed run draws the same numbers.
        random.restore(Random.derive(modelSeed, step, microBatch).state());
        return model.loss(uploadBatch(batch), { labelSmoothing, step, random }).total;
      },
      accumulate,
      learningRate: schedule(training.schedule, { learningRate, warmupSteps, totalSteps }),
      clipNorm: training.clipNorm,
      patience: training.patience,
      progress: start,
      validate: () => validate(model, validation),
      ...(signal ? { signal } : {}),
      async on(event, now, assertFinite) {
        if (event.event === "step") {
          await recorder.begin({ resumed: start.step > 0, overwrite: overwrite || resumed !== null });
          await on?.(withHidden({ ...event }, live));
          const due = checkpointSteps !== null && now.step % checkpointSteps === 0;
          if (!due || !folder) return;
          await assertFinite();
          if (await recorder.recordStep(now)) await reportCheckpoint(now);
          return;
        }
        const epoch: EpochEvent = { ...event, validLoss: event.validLoss!, validAccuracy: event.validAccuracy! };
        await recorder.recordEpoch(epoch, now);
        epochs = now.epoch;
        await on?.(withHidden({ ...epoch }, live));
        await reportCheckpoint(now);
      },
    }).catch((error: unknown) => {
      if (!(error instanceof DivergenceError) || !folder) throw error;
      throw new DivergenceError(
        error,
        checkpoint.step > 0
          ? `The checkpoint of epoch ${epochs}, step ${checkpoint.step}, in ${folder.path} is not changed.`
          : "There is no checkpoint yet.",
      );
    });
    if (reason === "interrupted" && (await recorder.recordStep(progress))) await reportCheckpoint(progress);

    // Return the best model.
    if (recorder.best) model.loadStateDict(recorder.best);
    model.eval();
    const measured = reason !== "interrupted" && !signal?.aborted;
    const sequenceAccuracy = measured
      ? await sequenceAccuracyOf(model, data.validation, { source, target, batchSize, signal }).catch((error) => {
          if (signal?.aborted && error === signal.reason) return null;
          throw error;
        })
      : null;
    const { epoch, step, bestEpoch, bestLoss: bestValidLoss } = progress;
    const done: DoneEvent = {
      event: "done",
      ...{ reason, epochs: epoch, steps: step, bestEpoch, bestValidLoss, sequenceAccuracy, run: run.folder },
    };
    await on?.(done);
    return { ...run, history: recorder.history, done, validation: data.validationText };
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    optimizer.dispose();
  }
}
