import { HeedError } from "@heed/core";
import { formatShape, type Shape } from "@heed/tensor";

/** An error of a training run. The message says what to do. */
export class TrainingError extends HeedError {
  override name = "TrainingError";
}

/** The first value of a step that is not finite. */
export interface NonFiniteValue {
  /** The step that produced it, from 1. */
  readonly step: number;
  /** The operation that produced it; `null` when it was the update of the parameters, or came from before the step. */
  readonly op: string | null;
  /** Whether it is a gradient of the operation, and not its result. */
  readonly gradient: boolean;
  /** Whether the parameters were not finite before the step already. */
  readonly earlier?: boolean;
  /** Shape of the tensor with the value. */
  readonly shape?: Shape;
}

/** Describes a loss, or parameters, that are not finite. */
export interface Divergence {
  /** Which loss; `parameters` when the loss is finite, but a parameter is not. */
  readonly of: "training" | "validation" | "parameters";
  /** From 1. */
  readonly epoch: number;
  /** Optimizer step over the whole run, from 1. */
  readonly step: number;
  /** NaN or ±Infinity; finite when a parameter is not. */
  readonly loss: number;
  /** Of the last step. */
  readonly learningRate: number;
  /** Where the value came from; `null` when it could not be found. */
  readonly source: NonFiniteValue | null;
}

/** A loss or a parameter that is NaN or infinite. Checkpoints are not changed. */
export class DivergenceError extends TrainingError implements Divergence {
  override name = "DivergenceError";
  readonly of: Divergence["of"];
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly source: NonFiniteValue | null;

  /** @param note - a last sentence, such as the place of the last checkpoint */
  constructor({ of, epoch, step, loss, learningRate, source }: Divergence, note?: string) {
    const lower = Number((learningRate / 10).toPrecision(2));
    const what = of === "parameters" ? "A parameter is not finite" : `The ${of} loss is ${loss}`;
    super(
      [
        `${what} in epoch ${epoch}, at step ${step}, with learning rate ${learningRate}.`,
        ...(source ? [describe(source, step)] : []),
        `Try a lower training.learningRate (such as ${lower}), training.clipNorm: 1, or training.warmupSteps: 100.`,
        "A resumed run keeps its settings, so train again, into another folder or with overwrite.",
        ...(note === undefined ? [] : [note]),
      ].join(" "),
    );
    this.of = of;
    this.epoch = epoch;
    this.step = step;
    this.loss = loss;
    this.learningRate = learningRate;
    this.source = source;
  }
}

function describe({ op, gradient, shape, earlier, step: at }: NonFiniteValue, step: number): string {
  if (earlier) return `The parameters were not finite before ${at === step ? "this step" : `step ${at}`}.`;
  const place = at === step ? "" : ` of step ${at}`;
  if (op === null)
    return `The first value that is not finite came from the update of the parameters${place} (clipping or the optimizer).`;
  const what = gradient ? `the gradient of ${op}` : op;
  return `The first value that is not finite came from ${what}${place}, in a tensor of shape ${formatShape(shape ?? [])}.`;
}
