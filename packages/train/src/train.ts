import { checkOptionKinds, HeedError, Random } from "@heed/core";
import { lazyBatches } from "@heed/datasets";
import { MovingAverage, type Schedule } from "@heed/nn";
import { uploadBatch } from "@heed/seq2seq";
import { currentBackend } from "@heed/tensor";
import { prepareData } from "./data/prepare-data.js";
import { assertAligned } from "./data/prepared-data.js";
import type { TextSample } from "./data/training-data.js";
import {
  type DoneEvent,
  type EpochEvent,
  type Live,
  type StartEvent,
  type TestMeasures,
  withHidden,
} from "./events.js";
import { measureTest } from "./inference/measure-test.js";
import { sequenceAccuracyOf } from "./inference/sequence-accuracy-of.js";
import { batchesByEpoch } from "./loop/batches-by-epoch.js";
import { epochMetrics } from "./loop/epoch-metrics.js";
import { fit as fitModule, noProgress } from "./loop/fit.js";
import { samplingRate } from "./loop/sampling-rate.js";
import { validateEpoch } from "./loop/validate-epoch.js";
import { catalogOf } from "./plugins/catalog.js";
import { buildModel, buildNewModel } from "./run/build-model.js";
import { Recorder } from "./run/recorder.js";
import type { Run } from "./run/run.js";
import type { RunFolder } from "./run/run-folder.js";
import { type TrainOptions, trainRules } from "./train-options.js";
import {
  assertResolved,
  assertSameOverall,
  folderParts,
  forPairs,
  initialNotices,
  runFolderOf,
} from "./train-parts.js";
import { DivergenceError } from "./training-error.js";

/** The result of {@link train}: a run with the parameters of its best epoch (of its last step, before the first epoch). */
export interface TrainResult extends Run {
  /** Every epoch, those before a resume included. */
  readonly history: readonly EpochEvent[];
  readonly done: DoneEvent;
  /** The validation pairs as text. */
  readonly validation: readonly TextSample[];
  /** The same as `done.test`. */
  readonly test: TestMeasures | null;
}

/**
 * Trains the model of a configuration on its data, on the backend in use, and writes a run folder. If there is a test set, the
 * best model is evaluated on it once, after training.
 *
 * The same version of heed, backend, `arithmetic` of its report, configuration and data give the same bits, also when the run
 * is interrupted at any step and resumed. Only the durations in the metrics differ. A schedule such as `linear` gives other
 * learning rates when the number of epochs changes.
 *
 * The folder contains `config.yaml`, `model.safetensors` (last), `best.safetensors`, `optimizer.safetensors` and `state.json`
 * (to resume), `source.tokenizer.json`, `target.tokenizer.json`, `metrics.ndjson` (one epoch a line) and, for plug-ins,
 * `plugins.json`. The previous checkpoint is kept as `<file>.previous`. A process that is killed at any moment leaves a run that
 * can be resumed.
 *
 * @throws DivergenceError when a loss or a parameter is NaN or infinite; the last checkpoint is not changed
 * @throws ArgumentError when an option is unknown
 * @throws RunError when `out` has a run already, or none to resume, or cannot be written
 * @throws DataError, ConfigError, HeedError when the data or the configuration is wrong, or `out` is given without
 *   `fileSystem`
 * @example
 * await use(cpu());
 * const config = resolveConfig({ recipe: "copy", training: { epochs: 2 } });
 * const run = await train({ config, out: "runs/copy", on: (event) => console.log(event) });
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  checkOptionKinds("train", [], trainRules, options);
  const folder = await runFolderOf(options.out, options);
  try {
    return await trainInto(folder, options);
  } finally {
    await folder?.unlock();
  }
}

async function trainInto(folder: RunFolder | null, options: TrainOptions): Promise<TrainResult> {
  const { on, signal, overwrite = false, plugins } = options;
  const collective = options.collective && options.collective.size > 1 ? options.collective : undefined;
  /** Has the same end in all processes: an error of one ends all. */
  const together = <T>(work: () => Promise<T>): Promise<T> => (collective ? collective.inAll(work) : work());
  const catalog = catalogOf(plugins);

  // The configuration, and the run to resume.
  if (options.config) assertResolved(options.config, catalog);
  const given = options.config && forPairs(options.config, options.data);
  const parts = folder || options.resume || options.previous || collective ? await folderParts() : null;
  const open = async () =>
    (await parts?.openRun(folder, { ...options, config: given, processes: collective?.size })) ?? null;
  const resumed = await (collective ? collective.onFirst(open) : open());
  const config = resumed?.config ?? given;
  if (!config) throw new HeedError("train: give a `config`, or `resume: true` with the run folder as `out`.");
  const { training, seed } = config;
  const metrics = await epochMetrics(training, plugins);

  // The data.
  const { copies } = catalog.recipes.get(config.recipe);
  const data = await together(async () => {
    const prepared = await prepareData(config.data, seed, { ...options, copies });
    assertAligned(prepared, training);
    return prepared;
  });
  const { sourceTokenizer, targetTokenizer, maxLength } = data;
  const [source, target] = [sourceTokenizer.vocabulary, targetTokenizer.vocabulary];
  const tokenizers = { source: sourceTokenizer, target: targetTokenizer };
  const seeds = new Random(seed);
  const modelSeed = seeds.integer(0, 2 ** 32);
  const orderSeed = seeds.integer(0, 2 ** 32);
  const { batchSize, batchTokens } = training;
  const layout = { ...(batchTokens === undefined ? { batchSize } : { batchTokens }), source, target };
  const batches = batchesByEpoch(data.sampledTrain ?? data.train, layout, orderSeed, collective);
  const validation = lazyBatches(data.validation, layout);

  const fingerprint = (await parts?.dataFingerprint(data)) ?? "";
  if (collective) await assertSameOverall(collective, fingerprint);

  // The model and the optimizer.
  const random = new Random(modelSeed);
  const checkpoint = resumed?.checkpoint;
  const path = options.out ?? "";
  if (checkpoint) await together(async () => parts?.assertSameData(checkpoint, fingerprint, path));
  const model =
    parts && checkpoint
      ? parts.loadModel(`${path}/model.safetensors`, checkpoint.files["model.safetensors"], (limits) =>
          buildModel(config, tokenizers, random, catalog, limits),
        )
      : buildNewModel(config, tokenizers, random, catalog);
  const initial = checkpoint
    ? options.initFrom
      ? ["The other run is not used: this run resumes with the weights of its own checkpoint."]
      : []
    : await initialNotices(model, tokenizers, options.initFrom);
  const optimizer = catalog.optimizers.get(training.optimizer).create(model.parameters(), training.optimizerOptions);
  const average = training.ema === null ? null : new MovingAverage(model, training.ema);
  const records = parts?.pluginRecords(config, options) ?? [];
  const processes = collective?.size ?? 1;
  const recorded = {
    config,
    model,
    optimizer,
    average,
    ...tokenizers,
    data: fingerprint,
    plugins: records,
    processes,
    parts,
  };
  const recorder = new Recorder(folder, recorded);
  try {
    const start = checkpoint ? recorder.restore(checkpoint, resumed.history) : noProgress;
    // Write the configuration now: when the new number of epochs is reached already, no step follows.
    if (start.step > 0) await together(() => recorder.begin({ resumed: true, overwrite }));
    await collective?.assertEqual(model.parameters());

    // The learning rate. With batchTokens, the number of batches differs a little from epoch to epoch; the first one counts.
    const { accumulate, learningRate, warmupSteps } = training;
    const schedule = (epochs: number): Schedule => {
      const steps = { learningRate, warmupSteps, totalSteps: epochs * Math.ceil(batches(1).length / accumulate) };
      return catalog.schedules.get(training.schedule).create(steps, training.scheduleOptions);
    };
    const rate = schedule(training.epochs);

    // Report what runs.
    const run: Run = {
      ...{ folder: options.out ?? null, config, model, sourceTokenizer, targetTokenizer, maxLength },
    };
    const live: Live = { model, run };
    const next = batches(start.epoch + 1);
    const started: StartEvent = {
      event: "start",
      recipe: config.recipe,
      parameters: model.parameterCount(),
      trainPairs: data.train.length,
      validationPairs: data.validation.length,
      testPairs: data.testText?.length ?? 0,
      sourceVocabulary: source.size,
      targetVocabulary: target.size,
      resumedAt: start.epoch,
      resumedStep: start.step,
      epochs: training.epochs,
      batches: Math.ceil(next.length / accumulate),
      paddingShare: next.paddingShare,
      backend: currentBackend().report(),
    };
    await on?.(withHidden(started, { ...live, data }));
    const replaced =
      given === options.config
        ? []
        : [
            "The pairs in `data` take the place of the synthetic task of the configuration. For the defaults of text, resolve it with `resolveConfig(…, { text: true })`.",
          ];
    const nextStep = start.step + 1;
    const rateJumps =
      resumed !== null &&
      schedule(resumed.before.training.epochs)(nextStep, start.schedule) !== rate(nextStep, start.schedule);
    const changes = (resumed && parts?.resumeNotices(resumed, { ...options, rateJumps, processes })) ?? [];
    const notices = [...replaced, ...initial, ...data.notices, ...changes];
    for (const message of notices) await on?.({ event: "notice", message });

    // Train.
    const { checkpointSteps, labelSmoothing } = training;
    let epochs = start.epoch;
    let saved = start;
    const reportCheckpoint = async (progress: typeof start): Promise<void> => {
      saved = progress;
      if (folder) await on?.({ event: "checkpoint", epoch: progress.epoch, step: progress.step, path: folder.path });
    };
    // In another process, dropout draws other numbers; in the first one, those of a single process.
    const otherRank = collective && collective.rank > 0 ? [collective.rank] : [];
    const { reason, progress } = await fitModule({
      model,
      optimizer,
      epochs: training.epochs,
      batches,
      tokenCount: (batch) => batch.tokens,
      loss: (batch, { step, microBatch }) => {
        // Dropout depends on seed, step and micro-batch only: a resumed run draws the same numbers.
        random.restore(Random.derive(modelSeed, step, microBatch, ...otherRank).state());
        const { guidedAlignment } = training;
        const uploaded = uploadBatch(batch, { alignment: model.usesAlignment || guidedAlignment > 0 });
        const ownInputs = samplingRate(training, step);
        return model.loss(uploaded, { labelSmoothing, step, random, ownInputs, guidedAlignment }).total;
      },
      accumulate,
      learningRate: rate,
      clipNorm: training.clipNorm,
      average,
      patience: training.patience,
      progress: start,
      bestMetric: metrics.best,
      validate: () =>
        validateEpoch(run, {
          ...{ batches: validation, texts: data.validationText, metrics, batchSize, plugins, collective },
        }),
      ...(collective && { reduction: collective }),
      ...(signal ? { signal } : {}),
      async on(event, now, assertFinite) {
        if (event.event === "step") {
          await recorder.begin({ resumed: resumed !== null, overwrite });
          await on?.(withHidden({ ...event }, live));
          // Without a checkpoint, resuming would begin without the weights of the other run.
          const isFirst = options.initFrom !== undefined && now.step === 1;
          const due = isFirst || (checkpointSteps !== null && now.step % checkpointSteps === 0);
          if (!due || !options.out) return;
          await assertFinite();
          if (!folder) return;
          if (await recorder.recordStep(now)) await reportCheckpoint(now);
          return;
        }
        const epoch: EpochEvent = { ...event, validLoss: event.validLoss!, validAccuracy: event.validAccuracy! };
        await collective?.assertEqual(model.parameters());
        await recorder.recordEpoch(epoch, now);
        epochs = now.epoch;
        await on?.(withHidden({ ...epoch }, live));
        await reportCheckpoint(now);
      },
    }).catch(async (error: unknown) => {
      if (!(error instanceof DivergenceError)) throw error;
      // It is the same in all processes, which end together.
      return await together(async () => {
        if (!folder) throw error;
        throw new DivergenceError(
          error,
          saved.step > 0
            ? `The checkpoint of epoch ${epochs}, step ${saved.step}, in ${folder.path} is not changed.`
            : "There is no checkpoint yet.",
        );
      });
    });
    if (reason === "interrupted" && (await recorder.recordStep(progress))) await reportCheckpoint(progress);

    // Return the best model.
    const { best } = recorder;
    if (best) model.loadStateDict(best);
    model.eval();
    // Of several processes, one could stop while the others wait for it.
    const signalAfter = collective ? undefined : signal;
    /** Null when training was interrupted, or is aborted meanwhile. */
    const unlessAborted = async <T>(measure: () => Promise<T>): Promise<T | null> => {
      if (reason === "interrupted" || signalAfter?.aborted) return null;
      return await measure().catch((error: unknown) => {
        if (signalAfter?.aborted && error === signalAfter.reason) return null;
        throw error;
      });
    };
    const sequenceAccuracy = await unlessAborted(() =>
      sequenceAccuracyOf(model, data.validation, { source, target, batchSize, signal: signalAfter, collective }),
    );
    const { testText } = data;
    const tested =
      testText &&
      (await unlessAborted(() => measureTest(run, testText, { batchSize, signal: signalAfter, plugins, collective })));
    if (tested?.notice) await on?.({ event: "notice", message: tested.notice });
    const { epoch, step, bestEpoch, bestValue } = progress;
    const bestValidLoss = recorder.history[bestEpoch - 1]?.validLoss ?? null;
    const test = tested?.measures ?? null;
    const done: DoneEvent = {
      event: "done",
      ...{ reason, epochs: epoch, steps: step, bestEpoch, bestValidLoss, bestMetric: metrics.best.name, bestValue },
      ...{ sequenceAccuracy, test, run: options.out ?? null },
    };
    await on?.(done);
    return { ...run, history: recorder.history, done, validation: data.validationText, test };
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    optimizer.dispose();
    average?.dispose();
  }
}
