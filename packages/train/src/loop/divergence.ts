import type { Module } from "@heed/nn";
import {
  areFinite,
  detach,
  findNonFinite,
  keep,
  type NonFiniteSource,
  type Parameter,
  type Tensor,
} from "@heed/tensor";
import type { NonFiniteValue } from "../training-error.js";
import { computeGradients, type TrainStepOptions } from "./train-step.js";

/** The inputs of a step, which are enough to compute it again. */
type StepInputs<B> = Pick<TrainStepOptions<B>, "batches" | "tokenCount" | "loss"> & { readonly step: number };

/** The search that runs, or the last one. Two searches at once would observe each other's operations. */
let searches: Promise<unknown> = Promise.resolve();

/**
 * Keeps what is needed to find out where a value became NaN or infinite: the parameters before the last update, without a
 * copy, and the inputs of that step.
 */
export class DivergenceFinder<B> {
  readonly #model: Module;
  readonly #parameters: readonly Parameter[];
  #last: { readonly inputs: StepInputs<B>; readonly values: readonly Tensor[] } | null = null;

  constructor(model: Module) {
    this.#model = model;
    this.#parameters = [...model.parameters().values()];
  }

  /** Call this after the gradients and before the update. */
  remember(inputs: StepInputs<B>): void {
    const values = this.#parameters.map((parameter) => keep(detach(parameter)));
    this.release();
    this.#last = { inputs, values };
  }

  /** Frees the parameters that are kept. */
  release(): void {
    for (const value of this.#last?.values ?? []) value.dispose();
    this.#last = null;
  }

  /**
   * Computes the step once more whose loss is not finite, and returns the operation that produced the first such value.
   * When the parameters are not finite already, the step before is computed again from its own parameters.
   *
   * @returns `null` when the value could not be found, or the search failed
   */
  findInStep(inputs: StepInputs<B>): Promise<NonFiniteValue | null> {
    return inTurn(async () => {
      if (!(await this.areFinite())) return await this.#findInLastStep(inputs.step);
      return nonFiniteValue(await this.#search(inputs), inputs.step);
    });
  }

  /** The same for a validation loss. */
  findInValidation(validate: () => Promise<unknown>, step: number): Promise<NonFiniteValue | null> {
    return inTurn(async () => {
      if (!(await this.areFinite())) return await this.#findInLastStep(step);
      return nonFiniteValue(await findNonFinite(validate), step);
    });
  }

  /** The same for parameters that are not finite after a step. */
  findInParameters(step: number): Promise<NonFiniteValue | null> {
    return inTurn(() => this.#findInLastStep(step));
  }

  /** Returns whether all parameters are finite. */
  areFinite(): Promise<boolean> {
    return areFinite(this.#parameters);
  }

  async #findInLastStep(step: number): Promise<NonFiniteValue> {
    const unknown = { op: null, gradient: false };
    if (!this.#last) return { ...unknown, step, earlier: true };
    const { inputs, values } = this.#last;
    for (const [i, parameter] of this.#parameters.entries()) parameter.assign(values[i]!);
    if (!(await this.areFinite())) return { ...unknown, step: inputs.step, earlier: true };
    return nonFiniteValue(await this.#search(inputs), inputs.step) ?? { ...unknown, step: inputs.step };
  }

  async #search(inputs: StepInputs<B>): Promise<NonFiniteSource | null> {
    const training = this.#model.training;
    this.#model.train();
    try {
      return await findNonFinite(() => computeGradients(inputs));
    } finally {
      this.#model.zeroGrad();
      this.#model.train(training);
    }
  }
}

function nonFiniteValue(source: NonFiniteSource | null, step: number): NonFiniteValue | null {
  return source && { step, op: source.op, gradient: source.gradient, shape: source.shape };
}

/** Runs a search after those before it. A search that fails finds nothing. */
function inTurn<T>(search: () => Promise<T>): Promise<T | null> {
  const result = searches.then(search).catch(() => null);
  searches = result;
  return result;
}
