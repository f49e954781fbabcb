import { HeedError } from "@heed/core";
import type { Measured, Module, MovingAverage, Optimizer, Schedule, ScheduleState } from "@heed/nn";
import type { Tensor } from "@heed/tensor";
import type { AbortSignalLike } from "../abort-signal-like.js";
import { type DoneReason, type FitEpochEvent, type LiveModule, type StepEvent, withHidden } from "../events.js";
import { DivergenceError } from "../training-error.js";
import { DivergenceFinder } from "./divergence.js";
import { type LossContext, type Reduction, trainStep } from "./train-step.js";
import { yieldToEventLoop } from "./yield-to-event-loop.js";

/** The progress of a training: with the parameters and the optimizer's state, it determines everything that follows. */
export interface Progress {
  /** Number of completed epochs. */
  readonly epoch: number;
  /** Number of optimizer steps. */
  readonly step: number;
  /** Number of batches used of the current epoch. */
  readonly batch: number;
  /** Sum of the training losses of the current epoch, in nats. */
  readonly lossSum: number;
  /** Number of tokens that {@link lossSum} covers. */
  readonly tokens: number;
  /** The epoch with the best value of the metric; 0 before the first epoch is completed. */
  readonly bestEpoch: number;
  /** The best value of the metric; null before the first epoch is completed. */
  readonly bestValue: number | null;
  /** Number of epochs since the best one. */
  readonly epochsSinceBest: number;
  /** The state of a schedule that observes what epochs measure; null for others, and before the first epoch is completed. */
  readonly schedule: ScheduleState | null;
}

/** The progress before the first step. */
export const noProgress: Progress = {
  epoch: 0,
  step: 0,
  batch: 0,
  lossSum: 0,
  tokens: 0,
  bestEpoch: 0,
  bestValue: null,
  epochsSinceBest: 0,
  schedule: null,
};

/** The metric that decides which epoch is best. */
export interface BestMetric extends Pick<Measured, "higherIsBetter"> {
  /** `loss`, `accuracy`, or one of the `metrics` that `validate` returns. */
  readonly name: string;
}

/** What `validate` of {@link FitOptions} measures. */
export interface EpochMeasures {
  /** Nats per target token. */
  readonly loss: number;
  /** Share of tokens predicted right, in [0, 1]. */
  readonly accuracy: number;
  /** Other measures by name, such as `bleu`. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}

/** @throws DivergenceError when a parameter is NaN or infinite */
export type AssertFinite = () => Promise<void>;

/** Options of {@link fit}; `B` is the caller's type of a batch. */
export interface FitOptions<B> {
  /** It is in training mode for steps and in evaluation mode for validation. */
  readonly model: Module;
  readonly optimizer: Optimizer;
  /** Number of epochs to complete, those in `progress` included. */
  readonly epochs: number;
  /**
   * Returns the batches of an epoch, from 1: an array, or a list that builds them when `slice` is called. They must depend
   * on the epoch only, so that a run can be resumed.
   */
  readonly batches: (epoch: number) => Pick<readonly B[], "length" | "slice">;
  /**
   * Computes the loss of a batch, summed over its tokens: a scalar. It runs inside a scope. Random numbers must depend on
   * the context only.
   */
  readonly loss: (batch: B, context: LossContext) => Tensor;
  /** Returns the number of items (target tokens) that the loss of a batch sums over, above 0; default 1. */
  readonly tokenCount?: (batch: B) => number;
  /** Number of batches whose gradients are added before an update, a positive integer; default 1. */
  readonly accumulate?: number;
  /** A fixed learning rate or a schedule. */
  readonly learningRate: number | Schedule;
  /** Largest norm of all gradients together; default: gradients are not clipped. */
  readonly clipNorm?: number | null;
  /** For several processes; default: there is one. */
  readonly reduction?: Reduction;
  /** Updated after each step; `validate` is called while the model has its values. */
  readonly average?: MovingAverage | null;
  /** Measures the model after each epoch. */
  readonly validate?: () => Promise<EpochMeasures>;
  /** Decides which epoch is best; default: the loss of `validate`, or the training loss without `validate`. */
  readonly bestMetric?: BestMetric;
  /** Stops after this number of epochs without a better value of the metric; default: never. */
  readonly patience?: number | null;
  /** The progress of a run to resume; default: none. */
  readonly progress?: Progress;
  /**
   * Called after each step and epoch with the progress so far, and awaited. Write checkpoints here. After a step, await
   * `assertFinite` before you write one; after an epoch, the parameters are finite.
   */
  readonly on?: (
    event: (StepEvent | FitEpochEvent) & LiveModule,
    progress: Progress,
    assertFinite: AssertFinite,
  ) => unknown;
  /** Stops after the current step. */
  readonly signal?: AbortSignalLike;
}

/** The end of a training. */
export interface FitResult {
  readonly reason: DoneReason;
  /** After the last step. */
  readonly progress: Progress;
}

/**
 * Trains a module: for each epoch, the steps over its batches, then validation. Afterwards the module is in evaluation mode
 * with the parameters of the last step, which are finite. After a DivergenceError, the module may have the parameters of
 * the step before.
 *
 * Of several epochs with the same value of the metric, the first one is the best.
 *
 * One extra copy of all parameters is kept in memory: it shows where a value became NaN or infinite.
 *
 * @throws DivergenceError when a loss is NaN or infinite, or a parameter after an epoch or after the last step; it names
 *   epoch, step, learning rate and the operation that produced the value
 * @throws HeedError when an option is wrong, an epoch has no batch, or a step is refused (see {@link trainStep})
 * @example
 * await fit({
 *   model,
 *   optimizer: new Adam(model.parameters()),
 *   epochs: 5,
 *   batches: () => batches,
 *   loss: ({ x, y }) => crossEntropy(model.forward(x), y, { reduction: "sum" }),
 *   tokenCount: ({ y }) => y.size,
 *   learningRate: 1e-3,
 *   on: (event) => event.event === "epoch" && console.log(event.trainLoss),
 * });
 */
export async function fit<B>(options: FitOptions<B>): Promise<FitResult> {
  const { model, optimizer, epochs, loss, tokenCount = () => 1, accumulate = 1, clipNorm, reduction, signal } = options;
  const { learningRate: rate, patience = null, average = null } = options;
  const { bestMetric = { name: "loss", higherIsBetter: false } } = options;
  if (!Number.isInteger(accumulate) || accumulate < 1) {
    throw new HeedError(`fit: accumulate must be a positive integer, got ${accumulate}.`);
  }
  const schedule: Schedule = typeof rate === "number" ? () => rate : rate;
  const validate = average && options.validate ? () => average.use(options.validate!) : options.validate;
  const finder = new DivergenceFinder<B>(model);
  const yieldNow = yieldToEventLoop();
  const start = options.progress ?? noProgress;
  let progress = start;
  // Several processes stop after the same step: each has learned of all requests.
  let stopRequested = false;
  const stopping = (): boolean => (reduction ? stopRequested : signal?.aborted === true);
  const assertFinite = async (epoch: number, loss: number, learningRate: number): Promise<void> => {
    if (await finder.areFinite()) return;
    const { step } = progress;
    const source = await firstOf(await finder.findInParameters(step));
    throw new DivergenceError({ of: "parameters", epoch, step, loss, learningRate, source });
  };
  /** The value may have come from the rows of another process. */
  const firstOf = async <T>(source: T | null): Promise<T | null> =>
    (await reduction?.gather?.(source))?.find((each) => each !== null) ?? source;
  optimizer.zeroGrad();
  try {
    while (progress.epoch < epochs) {
      if (patience !== null && progress.epochsSinceBest >= patience) return { reason: "early-stopping", progress };

      // Train: the batches of the epoch that are left.
      const epoch = progress.epoch + 1;
      const batches = options.batches(epoch);
      if (batches.length === 0) throw new HeedError(`fit: epoch ${epoch} has no batch; give at least one.`);
      const epochStart = performance.now();
      const tokensBefore = progress.tokens;
      let learningRate = schedule(Math.max(progress.step, 1), progress.schedule);
      let workMs = 0;
      model.train();
      while (progress.batch < batches.length) {
        await yieldNow();
        if (stopping()) {
          if (progress.step > start.step) await assertFinite(epoch, progress.lossSum / progress.tokens, learningRate);
          return { reason: "interrupted", progress };
        }
        const stepStart = performance.now();
        const step = progress.step + 1;
        learningRate = schedule(step, progress.schedule);
        const inputs = { batches: batches.slice(progress.batch, progress.batch + accumulate), loss, tokenCount, step };
        const result = await trainStep({
          ...inputs,
          optimizer,
          learningRate,
          clipNorm,
          reduction,
          average,
          stop: signal?.aborted,
          beforeUpdate: () => finder.remember(inputs),
        });
        stopRequested = result.stop;
        workMs += performance.now() - stepStart;
        if (!Number.isFinite(result.loss)) {
          const source = await firstOf(await finder.findInStep(inputs));
          throw new DivergenceError({ of: "training", epoch, step, loss: result.loss, learningRate, source });
        }
        progress = {
          ...progress,
          step,
          // Of these batches, another process may have all rows.
          batch: Math.min(progress.batch + accumulate, batches.length),
          lossSum: progress.lossSum + result.loss * result.tokens,
          tokens: progress.tokens + result.tokens,
        };
        const event: StepEvent = {
          event: "step",
          epoch,
          step,
          batch: Math.ceil(progress.batch / accumulate),
          batches: Math.ceil(batches.length / accumulate),
          loss: result.loss,
          tokens: result.tokens,
        };
        await options.on?.(withHidden(event, { model }), progress, () => {
          return assertFinite(epoch, result.loss, learningRate);
        });
      }

      // Validate.
      model.eval();
      const { step } = progress;
      const valid = (await validate?.()) ?? null;
      const trainLoss = progress.lossSum / progress.tokens;
      const epochLoss = valid?.loss ?? trainLoss;
      if (!Number.isFinite(epochLoss)) {
        const source = validate && !reduction ? await finder.findInValidation(validate, step) : null;
        throw new DivergenceError({ of: "validation", epoch, step, loss: epochLoss, learningRate, source });
      }

      await assertFinite(epoch, epochLoss, learningRate);

      // Complete the epoch.
      const measured = {
        value: valueOfMetric(bestMetric, epochLoss, valid),
        higherIsBetter: bestMetric.higherIsBetter,
      };
      const best = isBetter(measured, progress.bestValue);
      const tokens = progress.tokens - tokensBefore;
      progress = {
        ...noProgress,
        epoch,
        step,
        bestEpoch: best ? epoch : progress.bestEpoch,
        bestValue: best ? measured.value : progress.bestValue,
        epochsSinceBest: best ? 0 : progress.epochsSinceBest + 1,
        schedule: schedule.observe?.(measured, progress.schedule) ?? null,
      };
      const event: FitEpochEvent = {
        event: "epoch",
        epoch,
        step,
        trainLoss,
        validLoss: valid?.loss ?? null,
        validAccuracy: valid?.accuracy ?? null,
        metrics: valid?.metrics ?? {},
        learningRate,
        tokensPerSecond: workMs > 0 ? (tokens / workMs) * 1000 : 0,
        durationMs: performance.now() - epochStart,
        best,
      };
      await options.on?.(withHidden(event, { model }), progress, async () => undefined);
      if (stopping() && progress.epoch < epochs) return { reason: "interrupted", progress };
    }
    return { reason: "epochs", progress };
  } finally {
    finder.release();
    optimizer.zeroGrad();
    model.eval();
  }
}

/** @throws HeedError when the epoch did not measure the metric, or it is not finite */
function valueOfMetric({ name }: BestMetric, loss: number, valid: EpochMeasures | null): number {
  const measures: Readonly<Record<string, number>> = {
    ...valid?.metrics,
    loss,
    ...(valid && { accuracy: valid.accuracy }),
  };
  const value = Object.hasOwn(measures, name) ? measures[name] : undefined;
  if (Number.isFinite(value)) return value!;
  throw new HeedError(
    `fit: validate must return a finite value of the metric "${name}", got ${value}; it measured ${Object.keys(measures).join(", ")}.`,
  );
}

function isBetter({ value, higherIsBetter }: Measured, best: number | null): boolean {
  return best === null || (higherIsBetter ? value > best : value < best);
}
