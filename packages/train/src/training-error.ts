import { HeedError } from "@heed/core";

/** Training cannot go on: a loss that is no number, or a state that does not fit. The message says what to do. */
export class TrainingError extends HeedError {
  override name = "TrainingError";
}

/** Where a loss stopped being a finite number. */
export interface Divergence {
  /** Which loss. */
  readonly of: "training" | "validation";
  /** From 1. */
  readonly epoch: number;
  /** Optimizer steps over the whole run, from 1. */
  readonly step: number;
  /** NaN or ±Infinity. */
  readonly loss: number;
  /** Of the last step. */
  readonly learningRate: number;
}

/** The loss became NaN or infinite. The model in memory is spoilt; a checkpoint on disk is not touched. */
export class DivergenceError extends TrainingError implements Divergence {
  override name = "DivergenceError";
  readonly of: "training" | "validation";
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;

  /** @param note - a last sentence, such as where the last good checkpoint is */
  constructor({ of, epoch, step, loss, learningRate }: Divergence, note?: string) {
    const lower = Number((learningRate / 10).toPrecision(2));
    super(
      [
        `The ${of} loss is ${loss} in epoch ${epoch}, at step ${step}, with learning rate ${learningRate}.`,
        `Try a lower training.learningRate (such as ${lower}), training.clipNorm: 1, or training.warmupSteps: 100.`,
        ...(note === undefined ? [] : [note]),
      ].join(" "),
    );
    this.of = of;
    this.epoch = epoch;
    this.step = step;
    this.loss = loss;
    this.learningRate = learningRate;
  }
}
