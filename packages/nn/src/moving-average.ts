import { detach, keep, lerp, noGrad, type Parameter, type SafeTensor, scope, type Tensor } from "@heed/tensor";
import { checkRange } from "./check-options.js";
import type { Module } from "./module.js";

/**
 * The exponential moving average of the parameters of a module (EMA). It often measures better than the parameters of the last
 * step.
 *
 * After step t: a ← d · a + (1 − d) · p with d = min(decay, (1 + t) / (10 + t)), so that the first values of the parameters are soon
 * forgotten. It begins with the values that the parameters have when it is built. Everything happens on the device, with one
 * operation for each parameter. Source: Polyak and Juditsky 1992; the course of d is that of Marian and of TensorFlow's
 * `ExponentialMovingAverage` with `num_updates`.
 *
 * @example
 * const average = new MovingAverage(model, 0.999);
 * optimizer.step(1e-3);
 * average.update(1);
 * const validation = await average.use(() => validate(model, batches));
 */
export class MovingAverage {
  readonly #averages: Map<Parameter, Tensor>;

  /**
   * @param decay - in (0, 1)
   * @throws HeedError when `decay` is out of its range
   */
  constructor(
    readonly module: Module,
    readonly decay: number,
  ) {
    checkRange("MovingAverage", "decay", decay, "in (0, 1)", decay > 0 && decay < 1);
    this.#averages = this.#values();
  }

  /**
   * Adds the parameters after an optimizer step. Training that is resumed gives the number of the step, so that the average
   * continues with the same bits.
   * @param step - counts from 1
   */
  update(step: number): void {
    const share = 1 - Math.min(this.decay, (1 + step) / (10 + step));
    scope(() =>
      noGrad(() => {
        for (const [parameter, average] of this.#averages) {
          this.#averages.set(parameter, keep(lerp(average, parameter, { weight: share })));
          average.dispose();
        }
      }),
    );
  }

  /** Runs work while the parameters of the module have the averages as their values. Nothing is copied. */
  async use<T>(work: () => T | Promise<T>): Promise<T> {
    const own = this.#values();
    assignAll(this.#averages);
    try {
      return await work();
    } finally {
      assignAll(own);
      disposeAll(own);
    }
  }

  /** Returns the averages, by the names of the module's parameters: a state dictionary of the module. */
  state(): Promise<Map<string, SafeTensor>> {
    return this.use(() => this.module.stateDict());
  }

  /**
   * Loads the result of `state()`.
   * @throws StateDictError when it belongs to another module; nothing is loaded then
   */
  load(state: ReadonlyMap<string, SafeTensor>): void {
    const own = this.#values();
    try {
      this.module.loadStateDict(state);
      const loaded = this.#values();
      this.dispose();
      for (const [parameter, value] of loaded) this.#averages.set(parameter, value);
    } finally {
      assignAll(own);
      disposeAll(own);
    }
  }

  /** Frees the averages; the parameters belong to the module. */
  dispose(): void {
    disposeAll(this.#averages);
    this.#averages.clear();
  }

  /** The present values of the parameters, without a copy. */
  #values(): Map<Parameter, Tensor> {
    return new Map(Array.from(this.module.parameters().values(), (each) => [each, keep(detach(each))]));
  }
}

function assignAll(values: ReadonlyMap<Parameter, Tensor>): void {
  for (const [parameter, value] of values) parameter.assign(value);
}

function disposeAll(values: ReadonlyMap<Parameter, Tensor>): void {
  for (const value of values.values()) value.dispose();
}
