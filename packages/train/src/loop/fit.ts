import { HeedError } from "@heed/core";
import { Mean } from "@heed/metrics";
import type { Module, Optimizer, Schedule } from "@heed/nn";
import { clipGradNorm } from "@heed/nn";
import { scope, type Tensor } from "@heed/tensor";
import type { DoneReason, FitEpochEvent, StepEvent } from "../events.js";
import { DivergenceError } from "../training-error.js";
import { breather } from "./breather.js";

/** How far a training has come: with the model, the optimizer and the random states, all that its future depends on. */
export interface Progress {
  /** Epochs completed. */
  readonly epoch: number;
  /** Optimizer steps taken. */
  readonly step: number;
  /** The epoch of the lowest loss; 0 before the first. */
  readonly bestEpoch: number;
  /** The lowest validation loss (the training loss where nothing is validated); null before the first epoch. */
  readonly bestLoss: number | null;
  /** Epochs since the best one. */
  readonly epochsSinceBest: number;
}

/** The progress of a training that has not begun. */
export const noProgress: Progress = { epoch: 0, step: 0, bestEpoch: 0, bestLoss: null, epochsSinceBest: 0 };

/** Options of {@link fit}; `B` is whatever the caller calls a batch. */
export interface FitOptions<B> {
  /** Is switched to training for the steps and to evaluation for validation. */
  readonly model: Module;
  readonly optimizer: Optimizer;
  /** Train until so many epochs are done, those in `progress` included. */
  readonly epochs: number;
  /** The batches of an epoch, from 1; draw their order from a generator seeded by the epoch, and resuming repeats it. */
  readonly batches: (epoch: number) => readonly B[];
  /** The mean loss of a batch, a scalar; it runs inside a scope. */
  readonly loss: (batch: B) => Tensor;
  /** How much a batch counts in the epoch's mean, such as its number of tokens; by default 1. */
  readonly weight?: (batch: B) => number;
  /** A fixed learning rate or a schedule. */
  readonly learningRate: number | Schedule;
  /** Largest norm of all gradients together; by default they are not clipped. */
  readonly clipNorm?: number | null;
  /** Measures the model after each epoch: the loss decides which epoch is best. */
  readonly validate?: () => Promise<{ readonly loss: number; readonly accuracy: number }>;
  /** Stop after so many epochs without a better loss; by default never. */
  readonly patience?: number | null;
  /** Where to go on; by default from the start. */
  readonly progress?: Progress;
  /** Hears each step and epoch with the progress after it, and is waited for: the place for checkpoints. */
  readonly on?: (event: StepEvent | FitEpochEvent, progress: Progress) => unknown;
  /** Stops after the step in hand. */
  readonly signal?: AbortSignal;
}

/** How a training ended. */
export interface FitResult {
  readonly reason: DoneReason;
  /** After the last completed epoch. */
  readonly progress: Progress;
}

/**
 * Trains a module. A step is one scope: the loss, its gradients, clipping, the optimizer; one number is read from the
 * device, the loss. After it the module is in evaluation mode, with the parameters of its last step.
 *
 * @throws DivergenceError when a loss is NaN or infinite: says epoch, step and learning rate
 * @throws HeedError when there is no batch, or `loss` returns something else than a scalar
 * @example
 * await fit({
 *   model,
 *   optimizer: new Adam(model.parameters()),
 *   epochs: 5,
 *   batches: () => batches,
 *   loss: ({ x, y }) => crossEntropy(model.forward(x), y),
 *   learningRate: 1e-3,
 *   on: (event) => event.event === "epoch" && console.log(event.trainLoss),
 * });
 */
export async function fit<B>(options: FitOptions<B>): Promise<FitResult> {
  const { model, optimizer, epochs, patience = null, signal } = options;
  let progress = options.progress ?? noProgress;
  const breathe = breather();
  optimizer.zeroGrad();
  try {
    while (progress.epoch < epochs) {
      if (patience !== null && progress.epochsSinceBest >= patience) return { reason: "early-stopping", progress };
      const started = performance.now();
      const trained = await trainEpoch(options, progress, breathe);
      if (trained === null) return { reason: "interrupted", progress };
      const { step, trainLoss, learningRate, tokensPerSecond } = trained;
      model.eval();
      const epoch = progress.epoch + 1;
      const valid = (await options.validate?.()) ?? null;
      const loss = valid ? valid.loss : trainLoss;
      if (!Number.isFinite(loss)) throw new DivergenceError({ of: "validation", epoch, step, loss, learningRate });
      const best = progress.bestLoss === null || loss < progress.bestLoss;
      progress = best
        ? { epoch, step, bestEpoch: epoch, bestLoss: loss, epochsSinceBest: 0 }
        : { ...progress, epoch, step, epochsSinceBest: progress.epochsSinceBest + 1 };
      const event: FitEpochEvent = {
        event: "epoch",
        epoch,
        step,
        trainLoss,
        validLoss: valid?.loss ?? null,
        validAccuracy: valid?.accuracy ?? null,
        learningRate,
        tokensPerSecond,
        durationMs: performance.now() - started,
        best,
      };
      await options.on?.(event, progress);
      if (signal?.aborted && progress.epoch < epochs) return { reason: "interrupted", progress };
    }
    return { reason: "epochs", progress };
  } finally {
    optimizer.zeroGrad();
    model.eval();
  }
}

/** The steps of one epoch; null when they were interrupted. */
async function trainEpoch<B>(options: FitOptions<B>, progress: Progress, breathe: () => Promise<void>) {
  const { model, signal, weight = () => 1 } = options;
  const { learningRate } = options;
  const schedule = typeof learningRate === "number" ? () => learningRate : learningRate;
  const epoch = progress.epoch + 1;
  const batches = options.batches(epoch);
  if (batches.length === 0) throw new HeedError(`fit: epoch ${epoch} has no batch; there is nothing to train on.`);
  const mean = new Mean();
  let { step } = progress;
  let rate = 0;
  let workMs = 0;
  model.train();
  for (const [index, batch] of batches.entries()) {
    await breathe();
    if (signal?.aborted) return null;
    const started = performance.now();
    step++;
    rate = schedule(step);
    const loss = await trainStep(options, batch, rate);
    workMs += performance.now() - started;
    if (!Number.isFinite(loss)) throw new DivergenceError({ of: "training", epoch, step, loss, learningRate: rate });
    mean.add(loss, weight(batch));
    await options.on?.(
      { event: "step", epoch, step, batch: index + 1, batches: batches.length, loss },
      { ...progress, step },
    );
  }
  const tokensPerSecond = workMs > 0 ? (mean.weight / workMs) * 1000 : 0;
  return { step, trainLoss: mean.value, learningRate: rate, tokensPerSecond };
}

async function trainStep<B>({ optimizer, clipNorm, loss }: FitOptions<B>, batch: B, rate: number): Promise<number> {
  const value = scope(() => {
    const value = loss(batch);
    value.backward();
    if (clipNorm) clipGradNorm(optimizer.parameters.values(), clipNorm);
    optimizer.step(rate);
    optimizer.zeroGrad();
    return value;
  });
  try {
    return await value.item();
  } finally {
    value.dispose();
  }
}
