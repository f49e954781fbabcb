import { checkOptionKinds, HeedError, optionRules } from "@heed/core";
import { add, mul, noGrad, type Parameter, scope, sub } from "@heed/tensor";
import { checkRange } from "../check-options.js";
import { defineOptimizer } from "../define-optimizer.js";
import { checkRate } from "../optimizer.js";
import { SlotOptimizer } from "../slots.js";

const nesterovFault = "nesterov needs a momentum above 0.";

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** μ in [0, 1); by default 0. */
  readonly momentum?: number;
  /** Look ahead along the momentum; by default false. */
  readonly nesterov?: boolean;
  /** λ ≥ 0, added as λp to the gradient; by default 0. */
  readonly weightDecay?: number;
}

const rules = optionRules<SGDOptions>({ "momentum?": "number", "nesterov?": "boolean", "weightDecay?": "number" });

/**
 * Stochastic gradient descent: b ← μb + g (at first b = g), p ← p − lr · b; with `nesterov`, p ← p − lr · (g + μb).
 * PyTorch: `torch.optim.SGD` without dampening. Source: Sutskever et al. 2013.
 *
 * @example
 * const optimizer = new SGD(model.parameters(), { momentum: 0.9 });
 */
export class SGD extends SlotOptimizer {
  readonly #momentum: number;
  readonly #nesterov: boolean;
  readonly #weightDecay: number;

  /** @throws HeedError when an option is out of its range, or `nesterov` comes without momentum */
  constructor(parameters: ReadonlyMap<string, Parameter>, options: SGDOptions = {}) {
    checkOptionKinds("new SGD", ["parameters"], rules, options);
    const { momentum = 0, nesterov = false, weightDecay = 0 } = options ?? {};
    super("SGD", parameters, ["momentum_buffer"]);
    checkRange("SGD", "momentum", momentum, "in [0, 1)", momentum >= 0 && momentum < 1);
    checkRange("SGD", "weightDecay", weightDecay, "at least 0", weightDecay >= 0);
    if (nesterov && momentum === 0) throw new HeedError(`SGD: ${nesterovFault}`);
    this.#momentum = momentum;
    this.#nesterov = nesterov;
    this.#weightDecay = weightDecay;
  }

  step(learningRate: number): void {
    checkRate("SGD", learningRate);
    scope(() =>
      noGrad(() => {
        for (const [name, parameter] of this.parameters) {
          if (!parameter.grad) continue;
          const gradient =
            this.#weightDecay === 0 ? parameter.grad : add(parameter.grad, mul(parameter, this.#weightDecay));
          let direction = gradient;
          if (this.#momentum > 0) {
            const slot = this.slots.get(name);
            // × 1 makes a tensor of its own: the gradient is freed by zeroGrad().
            const buffer = slot ? add(mul(slot.tensors[0]!, this.#momentum), gradient) : mul(gradient, 1);
            this.slots.set(name, (slot?.steps ?? 0) + 1, [buffer]);
            direction = this.#nesterov ? add(gradient, mul(buffer, this.#momentum)) : buffer;
          }
          parameter.assign(sub(parameter, mul(direction, learningRate)));
        }
      }),
    );
  }
}

/** The definition of the optimizer `sgd`, see {@link SGD}. */
export const sgd = defineOptimizer<SGDOptions>({
  name: "sgd",
  summary: "stochastic gradient descent, with or without momentum",
  reference: "Sutskever et al. 2013",
  options: {
    momentum: { type: "number", minimum: 0, below: 1, default: 0, meaning: "Share of the last step that is repeated." },
    nesterov: {
      type: "boolean",
      default: false,
      meaning: "Whether to look ahead along the momentum.",
      fault: (nesterov, { momentum }) => (nesterov && momentum === 0 ? nesterovFault : undefined),
    },
    weightDecay: { type: "number", minimum: 0, default: 0, meaning: "Factor of the weight decay." },
  },
  create: (parameters, options) => new SGD(parameters, options),
});
