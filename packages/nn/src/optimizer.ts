import { HeedError } from "@heed/core";
import type { Parameter, SafeTensor } from "@heed/tensor";

/** A saved optimizer state that does not fit the parameters. */
export class OptimizerStateError extends HeedError {
  override name = "OptimizerStateError";
}

/** Updates parameters from their gradients. Everything happens on the device: a step reads nothing back. */
export interface Optimizer {
  /** The parameters that it updates, by name; its state uses the same names. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /**
   * Takes one step. A parameter without a gradient and its state do not change.
   * @param learningRate - of this step, for example from a schedule
   * @throws HeedError when it is not a finite number of at least 0
   */
  step(learningRate: number): void;
  /** Clears all gradients. */
  zeroGrad(): void;
  /** Returns everything that the next steps depend on besides the parameters, ready for a safetensors file. */
  state(): Promise<Map<string, SafeTensor>>;
  /**
   * Loads the result of {@link Optimizer.state}.
   * @throws OptimizerStateError when the state belongs to other parameters; nothing is loaded then
   */
  load(state: ReadonlyMap<string, SafeTensor>): void;
  /** Frees the state; the parameters belong to the model. */
  dispose(): void;
}

/**
 * Checks the learning rate of a step.
 * @throws HeedError unless it is a finite number of at least 0
 */
export function checkRate(optimizer: string, learningRate: unknown): void {
  if (typeof learningRate === "number" && learningRate >= 0 && Number.isFinite(learningRate)) return;
  throw new HeedError(
    `${optimizer}.step: the learning rate must be a finite number of at least 0, got ${String(learningRate)}. Give the rate of this step: optimizer.step(1e-3).`,
  );
}
