import {
  checkOptions,
  defineExtension,
  type Extension,
  HeedError,
  type Named,
  type OptionSpecs,
  type OptionValues,
} from "@heed/core";
import type { Parameter } from "@heed/tensor";
import { checkRate, type Optimizer } from "./optimizer.js";

/** A kind of optimizer: its options, and how it is built. */
export interface OptimizerDefinition<O = OptionValues> extends Named {
  /** One line for lists and docs. */
  readonly summary: string;
  /** Paper and algorithm. */
  readonly reference?: string;
  readonly options: OptionSpecs<O>;
  /**
   * Builds the optimizer of some parameters.
   * @param parameters - by name
   * @param options - checked, with defaults
   */
  create(parameters: ReadonlyMap<string, Parameter>, options: O): Optimizer;
}

/** An optimizer that can be found by name. */
export interface OptimizerExtension extends Omit<OptimizerDefinition, "create">, Extension<"optimizer"> {
  /**
   * Builds the optimizer of some parameters.
   *
   * @param parameters - by name
   * @param options - the options that differ from the defaults
   * @throws OptionError when an option is unknown or has a wrong value
   * @throws HeedError when the result is not an optimizer
   */
  create(parameters: ReadonlyMap<string, Parameter>, options?: OptionValues): Optimizer;
}

const methods = ["step", "zeroGrad", "state", "load", "dispose"] as const;

/**
 * Defines an optimizer. A new optimizer is one file in `optimizers/`. The result checks the options before it builds an
 * optimizer, adds the defaults, and checks the learning rate of each step.
 *
 * @throws HeedError when a field is missing or wrong
 * @example
 * class SignDescent extends SlotOptimizer {
 *   constructor(parameters: ReadonlyMap<string, Parameter>) {
 *     super("sign", parameters, []);
 *   }
 *   step(learningRate: number): void {
 *     scope(() =>
 *       noGrad(() => {
 *         for (const parameter of this.parameters.values()) {
 *           if (parameter.grad) parameter.assign(sub(parameter, mul(sign(parameter.grad), learningRate)));
 *         }
 *       }),
 *     );
 *   }
 * }
 * export const signDescent = defineOptimizer({
 *   name: "sign-descent",
 *   summary: "steps of equal size in the direction of the gradient's sign",
 *   options: {},
 *   create: (parameters) => new SignDescent(parameters),
 * });
 */
export function defineOptimizer<O = OptionValues>(definition: OptimizerDefinition<O>): OptimizerExtension {
  const checked = defineExtension("optimizer", definition as unknown as OptimizerDefinition, {
    summary: "text",
    reference: "text?",
    options: "options",
    create: "function",
  });
  const { name } = checked;
  return Object.freeze({
    ...checked,
    create(parameters: ReadonlyMap<string, Parameter>, given?: OptionValues): Optimizer {
      const optimizer = checked.create(parameters, checkOptions("optimizer", checked, given));
      const missing = methods.find((method) => typeof optimizer?.[method] !== "function");
      if (missing === undefined && typeof optimizer.parameters?.get === "function") return guarded(name, optimizer);
      throw new HeedError(
        `create of the optimizer "${name}" must return an Optimizer, but its ${missing ?? "parameters"} is missing. Return an object with parameters, ${methods.join(", ")}; the class SlotOptimizer has all but step.`,
      );
    },
  });
}

/** Returns the optimizer with a step that refuses a wrong learning rate. */
function guarded(name: string, optimizer: Optimizer): Optimizer {
  return {
    parameters: optimizer.parameters,
    step(learningRate) {
      checkRate(name, learningRate);
      optimizer.step(learningRate);
    },
    zeroGrad: () => optimizer.zeroGrad(),
    state: () => optimizer.state(),
    load: (state) => optimizer.load(state),
    dispose: () => optimizer.dispose(),
  };
}
