import { ArgumentError, shownArgument } from "@heed/core";
import {
  formatShape,
  keep,
  type Parameter,
  type SafeTensor,
  sameShape,
  scope,
  type Tensor,
  tensor,
} from "@heed/tensor";
import { type Optimizer, OptimizerStateError } from "./optimizer.js";

/** What an optimizer remembers of one parameter: how many steps it took, and tensors of the parameter's shape. */
export interface Slot {
  steps: number;
  readonly tensors: Tensor[];
}

/**
 * The state of an optimizer: a {@link Slot} for each parameter that has taken a step. The tensors outlive the scopes that
 * they are made in.
 */
class Slots {
  readonly #slots = new Map<string, Slot>();

  /**
   * @param optimizer - its name, for messages
   * @param kinds - PyTorch's names of the tensors of a slot, such as `exp_avg`
   */
  constructor(
    readonly optimizer: string,
    readonly parameters: ReadonlyMap<string, Parameter>,
    readonly kinds: readonly string[],
  ) {}

  get(name: string): Slot | undefined {
    return this.#slots.get(name);
  }

  /** Remembers new tensors in place of those before. */
  set(name: string, steps: number, tensors: readonly Tensor[]): void {
    const before = this.#slots.get(name);
    this.#slots.set(name, { steps, tensors: [...keep(tensors)] });
    for (const old of before?.tensors ?? []) old.dispose();
  }

  /** `step.<name>`, and for each kind `<kind>.<name>`. */
  async state(): Promise<Map<string, SafeTensor>> {
    const reads = Array.from(this.#slots, async ([name, { steps, tensors }]) => {
      const values = await Promise.all(tensors.map((each) => each.data()));
      const shape = this.parameters.get(name)!.shape;
      const entries: [string, SafeTensor][] = [
        [`step.${name}`, { dtype: "I32", shape: [], data: Int32Array.of(steps) }],
        ...values.map((data, i): [string, SafeTensor] => [
          `${this.kinds[i]}.${name}`,
          data instanceof Float64Array
            ? { dtype: "F64", shape, data }
            : { dtype: "F32", shape, data: data as Float32Array },
        ]),
      ];
      return entries;
    });
    return new Map((await Promise.all(reads)).flat());
  }

  /** Checks everything, then loads everything, to the backends on which the parameters live. */
  load(state: ReadonlyMap<string, SafeTensor>): void {
    const wrong = (what: string) =>
      new OptimizerStateError(
        `The state does not fit this ${this.optimizer} optimizer: ${what}. Nothing was loaded. Load the state that was saved with these parameters.`,
      );
    const known = new Set<string>();
    const loaded = new Map<string, { steps: number; values: (Float32Array | Float64Array)[] }>();
    for (const [name, { shape }] of this.parameters) {
      const keys = [`step.${name}`, ...this.kinds.map((kind) => `${kind}.${name}`)];
      for (const key of keys) known.add(key);
      const present = keys.filter((key) => state.has(key));
      if (present.length === 0) continue;
      if (present.length < keys.length) {
        throw wrong(`it has ${present.join(", ")} without ${keys.filter((key) => !state.has(key)).join(", ")}`);
      }
      const [counter, ...moments] = keys.map((key) => state.get(key)!);
      const steps = counter?.dtype === "I32" && counter.data.length === 1 ? counter.data[0]! : 0;
      if (steps < 1) throw wrong(`${keys[0]} must be one I32 of at least 1`);
      const values = moments.map(({ dtype, shape: came, data }, i) => {
        if (!sameShape(came, shape)) {
          throw wrong(`${keys[i + 1]} has shape ${formatShape(came)}, the parameter has ${formatShape(shape)}`);
        }
        if (dtype !== "F32" && dtype !== "F64") throw wrong(`${keys[i + 1]} must be F32 or F64, but ${dtype} came`);
        return data;
      });
      loaded.set(name, { steps, values });
    }
    const strangers = [...state.keys()].filter((key) => !known.has(key));
    if (strangers.length > 0) throw wrong(`it has ${strangers.slice(0, 5).join(", ")}, which no parameter has`);
    this.dispose();
    scope(() => {
      for (const [name, { steps, values }] of loaded) {
        const { shape, backend } = this.parameters.get(name)!;
        this.set(
          name,
          steps,
          values.map((data) => tensor(data, { shape, backend })),
        );
      }
    });
  }

  dispose(): void {
    for (const { tensors } of this.#slots.values()) for (const each of tensors) each.dispose();
    this.#slots.clear();
  }
}

/**
 * The base of optimizers that keep tensors for each parameter: a subclass defines the step, and calls `this.slots.set` with
 * the number of steps and the tensors of each parameter that it updates.
 */
export abstract class SlotOptimizer implements Optimizer {
  protected readonly slots: Slots;

  /**
   * @param name - of the optimizer, for messages
   * @param kinds - PyTorch's names of the tensors of a slot
   */
  constructor(
    name: string,
    readonly parameters: ReadonlyMap<string, Parameter>,
    kinds: readonly string[],
  ) {
    if (typeof parameters?.values !== "function" || typeof parameters.get !== "function") {
      throw new ArgumentError(
        `${name}: parameters must be a Map of names to parameters, such as model.parameters(), got ${shownArgument(parameters)}.`,
      );
    }
    this.slots = new Slots(name, parameters, kinds);
  }

  abstract step(learningRate: number): void;

  zeroGrad(): void {
    for (const parameter of this.parameters.values()) parameter.zeroGrad();
  }

  /** `step.<name>`, and for each kind `<kind>.<name>`, of the parameters that have a slot. */
  state(): Promise<Map<string, SafeTensor>> {
    return this.slots.state();
  }

  load(state: ReadonlyMap<string, SafeTensor>): void {
    this.slots.load(state);
  }

  dispose(): void {
    this.slots.dispose();
  }
}
