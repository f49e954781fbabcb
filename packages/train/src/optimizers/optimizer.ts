import type { Parameter, SafeTensor } from "@heed/tensor";

/** Updates parameters from their gradients. Everything happens on the device: a step reads nothing back. */
export interface Optimizer {
  /** What it updates, by name; the names are those of its state. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /**
   * One step. A parameter without a gradient stays as it is, and so does its state.
   * @param learningRate - of this step, such as a schedule gives
   */
  step(learningRate: number): void;
  /** Forgets all gradients. */
  zeroGrad(): void;
  /** What the next steps depend on besides the parameters, ready for a safetensors file. */
  state(): Promise<Map<string, SafeTensor>>;
  /**
   * Goes on where {@link Optimizer.state} was taken.
   * @throws TrainingError when the state belongs to other parameters; nothing is loaded then
   */
  load(state: ReadonlyMap<string, SafeTensor>): void;
  /** Frees the state; the parameters belong to the model. */
  dispose(): void;
}
