import { HeedError } from "@heed/core";
import { clipGradNorm, type MovingAverage, type Optimizer } from "@heed/nn";
import { formatShape, isTensor, type Parameter, scope, type Tensor } from "@heed/tensor";

/** Where a loss is computed. */
export interface LossContext {
  /** Optimizer step, from 1. */
  readonly step: number;
  /** Micro-batch of the step, from 0. */
  readonly microBatch: number;
}

/** Combines the work of several processes. */
export interface Reduction {
  /** Returns the sums of the given values over all processes. */
  sum(values: readonly number[]): readonly number[] | Promise<readonly number[]>;
  /** Replaces each gradient by its sum over all processes. */
  gradients(parameters: ReadonlyMap<string, Parameter>): void | Promise<void>;
  /** Returns the values of all processes; without it, a divergence in another process is described without its operation. */
  gather?<T>(value: T): readonly T[] | Promise<readonly T[]>;
}

/** Options of {@link trainStep}; `B` is the caller's type of a batch. */
export interface TrainStepOptions<B> {
  readonly optimizer: Optimizer;
  /** The micro-batches of this step, at least one in all processes together. Their gradients are added, as if they were one batch. */
  readonly batches: readonly B[];
  /** Returns the number of items (target tokens) that the loss of a batch sums over, above 0. */
  readonly tokenCount: (batch: B) => number;
  /** Computes the loss of a batch, summed over its tokens: a scalar. It runs inside a scope. */
  readonly loss: (batch: B, context: LossContext) => Tensor;
  readonly learningRate: number;
  /** Largest norm of all gradients together; default: gradients are not clipped. */
  readonly clipNorm?: number | null | undefined;
  /** Number of this step, from 1; default 1. */
  readonly step?: number | undefined;
  /** Average of the parameters that is updated after the optimizer; default: none. */
  readonly average?: MovingAverage | null | undefined;
  /** For several processes; default: there is one. */
  readonly reduction?: Reduction | undefined;
  /** Whether this process asks to stop after this step; the request travels with the token counts. Default: false. */
  readonly stop?: boolean | undefined;
  /** Called when the gradients are complete and the parameters have not changed yet. */
  readonly beforeUpdate?: (() => void) | undefined;
}

/** The result of {@link trainStep}. */
export interface TrainStepResult {
  /** Nats per token, over all micro-batches and processes. */
  readonly loss: number;
  /** Number of tokens of all micro-batches and processes. */
  readonly tokens: number;
  /** Whether a process asks to stop after this step. */
  readonly stop: boolean;
}

/**
 * Takes one training step, in three parts: the gradients of the micro-batches, their sum over processes, and the update of
 * the parameters.
 *
 * Tokens are counted first, and each loss is scaled by 1 / tokens, so that adding gradients gives the gradient of the mean
 * over all tokens. One value is read from the device for each micro-batch: its loss. When the loss is not finite, the
 * parameters are not updated. The gradients are cleared in any case.
 *
 * @throws HeedError when there is no batch, a token count is not above 0, the learning rate is not finite, or a loss is
 *   not a scalar tensor
 * @example
 * const { loss } = await trainStep({
 *   optimizer,
 *   batches: [batch],
 *   tokenCount: (batch) => batch.tokens,
 *   loss: (batch) => model.loss(uploadBatch(batch)).total,
 *   learningRate: 1e-3,
 * });
 */
export async function trainStep<B>(options: TrainStepOptions<B>): Promise<TrainStepResult> {
  const { optimizer, reduction, learningRate, clipNorm, step, average, beforeUpdate } = options;
  if (!Number.isFinite(learningRate)) {
    throw new HeedError(`trainStep: learningRate must be a finite number, got ${learningRate}. Check the schedule.`);
  }
  try {
    const result = await computeGradients(options);
    if (!Number.isFinite(result.loss)) return result;
    await reduction?.gradients(optimizer.parameters);
    beforeUpdate?.();
    updateParameters(optimizer, { learningRate, clipNorm, step, average });
    return result;
  } finally {
    optimizer.zeroGrad();
  }
}

/**
 * Adds the gradients of all micro-batches to the parameters' `grad`. See {@link trainStep}. After an error, the gradients
 * of the micro-batches before it remain.
 */
export async function computeGradients<B>({
  batches,
  tokenCount,
  loss,
  step = 1,
  reduction,
  stop = false,
}: Pick<
  TrainStepOptions<B>,
  "batches" | "tokenCount" | "loss" | "step" | "reduction" | "stop"
>): Promise<TrainStepResult> {
  if (batches.length === 0 && !reduction)
    throw new HeedError("trainStep: batches must have at least one batch, got none.");
  const own = batches.reduce((sum, batch) => sum + checkCount(tokenCount(batch)), 0);
  const counts = [own, stop ? 1 : 0];
  const [tokens, stops] = (await reduction?.sum(counts)) ?? counts;
  const totals: Tensor[] = [];
  let losses: readonly number[];
  try {
    for (const [microBatch, batch] of batches.entries()) {
      const total = scope(() => {
        const total = checkScalar(loss(batch, { step, microBatch }));
        total.backward({ scale: 1 / tokens! });
        return total;
      });
      totals.push(total);
    }
    losses = await Promise.all(totals.map((total) => total.item()));
  } finally {
    for (const total of totals) total.dispose();
  }
  const sum = losses.reduce((a, b) => a + b, 0);
  const [lossSum] = (await reduction?.sum([sum])) ?? [sum];
  return { loss: lossSum! / tokens!, tokens: tokens!, stop: stops! > 0 };
}

/** Clips the gradients, takes one step of the optimizer, updates the average and clears the gradients. */
export function updateParameters(
  optimizer: Optimizer,
  {
    learningRate,
    clipNorm = null,
    step = 1,
    average,
  }: Pick<TrainStepOptions<unknown>, "learningRate" | "clipNorm" | "step" | "average">,
): void {
  scope(() => {
    if (clipNorm !== null) clipGradNorm(optimizer.parameters.values(), clipNorm);
    optimizer.step(learningRate);
    average?.update(step);
    optimizer.zeroGrad();
  });
}

function checkCount(tokens: number): number {
  if (Number.isFinite(tokens) && tokens > 0) return tokens;
  throw new HeedError(
    `trainStep: tokenCount must return a number above 0, got ${tokens}. Return the number of tokens that the loss sums over.`,
  );
}

function checkScalar(loss: unknown): Tensor {
  if (isTensor(loss) && loss.size === 1) return loss;
  const got = isTensor(loss) ? `a tensor of shape ${formatShape(loss.shape)}` : kindOf(loss);
  throw new HeedError(
    `trainStep: loss must return a scalar tensor, got ${got}. Return the sum over the batch's tokens.`,
  );
}

function kindOf(value: unknown): string {
  if (!(value instanceof Promise)) return value === null ? "null" : typeof value;
  value.catch(() => undefined);
  return "a promise";
}
