import { checkOptionKinds, optionRules, type Random } from "@heed/core";
import { dropout, type Tensor } from "@heed/tensor";
import { checkProbability } from "./check-options.js";
import { Module } from "./module.js";

export interface DropoutOptions {
  /** Of an entry to become 0, in [0, 1). */
  readonly probability: number;
  /** Draws a seed each call; share one generator among all layers of a model. */
  readonly random: Random;
}

const rules = optionRules<DropoutOptions>({ probability: "number", random: "random" });

/**
 * In training, sets each entry to 0 with `probability` p and divides the others by 1 − p, so that the expectation stays;
 * in evaluation, hands its input on.
 *
 * - `x` - `[...]`; returns `[...]`
 *
 * Every call in training draws one 32-bit seed from `random`, whose serialisable state is all that a resumed run needs; in
 * evaluation, and with p = 0, nothing is drawn. PyTorch: `nn.Dropout`. Source: Srivastava et al. 2014.
 *
 * @example
 * const dropout = new Dropout({ probability: 0.1, random });
 * const noisy = dropout.forward(x);
 * const same = dropout.eval().forward(x);
 */
export class Dropout extends Module {
  readonly probability: number;
  readonly #random: Random;

  /** @throws HeedError when the probability is outside [0, 1) */
  constructor(options: DropoutOptions) {
    super();
    checkOptionKinds("new Dropout", [], rules, options);
    const { probability, random } = options;
    checkProbability("Dropout", "probability", probability);
    this.probability = probability;
    this.#random = random;
  }

  /** @param x - `[...]` */
  forward(x: Tensor): Tensor {
    if (!this.training || this.probability === 0) return x;
    return dropout(x, { probability: this.probability, seed: this.#random.integer(0, 2 ** 32) });
  }
}
