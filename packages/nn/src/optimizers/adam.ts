import { checkOptionKinds, type OptionSpecs, optionRules } from "@heed/core";
import { adamStep, noGrad, type Parameter, scope, zeros } from "@heed/tensor";
import { checkRange } from "../check-options.js";
import { defineOptimizer } from "../define-optimizer.js";
import { checkRate } from "../optimizer.js";
import { SlotOptimizer } from "../slots.js";

/** Options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions {
  /** β₁ and β₂, the decay rates of the means of the gradients and of their squares, in [0, 1); default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** ε > 0, added to the divisor; default 1e-8. */
  readonly eps?: number;
  /** λ ≥ 0; default 0 (`Adam`) or 0.01 (`AdamW`). */
  readonly weightDecay?: number;
}

/** Kinds of the options of {@link Adam} and `AdamW`. */
export const adamRules = optionRules<AdamOptions>({ "betas?": "numbers", "eps?": "number", "weightDecay?": "number" });

/**
 * Adam: each coordinate moves along its mean gradient, divided by the root of its mean squared gradient.
 *
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − lr / (1 − β₁ᵗ) · m / (√(v / (1 − β₂ᵗ)) + ε); weight decay adds λp to
 * g. t counts each parameter's own steps. PyTorch: `torch.optim.Adam`. Source: Kingma and Ba 2015, algorithm 1.
 *
 * @example
 * const optimizer = new Adam(model.parameters());
 * scope(() => {
 *   loss(model).backward();
 *   optimizer.step(1e-3);
 *   optimizer.zeroGrad();
 * });
 */
export class Adam extends SlotOptimizer {
  /** Whether weight decay shrinks the parameter itself rather than joining its gradient. */
  protected readonly decoupled: boolean = false;
  readonly #options: {
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly weightDecay: number;
  };

  /** @throws HeedError when an option is unknown, or out of its range */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: AdamOptions = {}) {
    checkOptionKinds(`new ${new.target.name}`, ["parameters"], adamRules, options);
    const { betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options ?? {};
    super("Adam", parameters, ["exp_avg", "exp_avg_sq"]);
    checkRange("Adam", "betas[0]", beta1, "in [0, 1)", beta1 >= 0 && beta1 < 1);
    checkRange("Adam", "betas[1]", beta2, "in [0, 1)", beta2 >= 0 && beta2 < 1);
    checkRange("Adam", "eps", eps, "above 0", eps > 0);
    checkRange("Adam", "weightDecay", weightDecay, "at least 0", weightDecay >= 0);
    this.#options = { beta1, beta2, epsilon: eps, weightDecay };
  }

  step(learningRate: number): void {
    checkRate(this.slots.optimizer, learningRate);
    scope(() =>
      noGrad(() => {
        for (const [name, parameter] of this.parameters) {
          const { grad } = parameter;
          if (!grad) continue;
          const slot = this.slots.get(name);
          const step = (slot?.steps ?? 0) + 1;
          const [mean, meanSquare] = slot?.tensors ?? [
            zeros(parameter.shape, parameter.backend),
            zeros(parameter.shape, parameter.backend),
          ];
          const [next, ...moments] = adamStep(parameter, grad, mean!, meanSquare!, {
            ...this.#options,
            learningRate,
            step,
            decoupled: this.decoupled,
          });
          parameter.assign(next);
          this.slots.set(name, step, moments);
        }
      }),
    );
  }
}

/** Describes {@link AdamOptions}, with the default of `weightDecay`. */
export function adamOptions(weightDecay: number): OptionSpecs<AdamOptions> {
  return {
    betas: {
      type: "numbers",
      length: 2,
      minimum: 0,
      below: 1,
      default: [0.9, 0.999],
      meaning: "β₁ and β₂, the decay rates of the means of the gradients and of their squares.",
    },
    eps: { type: "number", above: 0, default: 1e-8, meaning: "ε, added to the divisor." },
    weightDecay: { type: "number", minimum: 0, default: weightDecay, meaning: "Factor of the weight decay." },
  };
}

/** The definition of the optimizer `adam`, see {@link Adam}. */
export const adam = defineOptimizer<AdamOptions>({
  name: "adam",
  summary: "each coordinate moves along its mean gradient, divided by the root of its mean squared gradient",
  reference: "Kingma and Ba 2015, arXiv:1412.6980, algorithm 1",
  options: adamOptions(0),
  create: (parameters, options) => new Adam(parameters, options),
});
