import { checkOptionKinds, HeedError, optionRules } from "@heed/core";
import { ones, type Parameter, rmsNorm, type Tensor } from "@heed/tensor";
import { checkSizes } from "./check-options.js";
import { Module } from "./module.js";
import { parameterFrom } from "./parameter-from.js";

export interface RMSNormOptions {
  /** Size of the last axis. */
  readonly size: number;
  /** Keeps the division finite; by default 2⁻²³, about 1.2e-7. */
  readonly epsilon?: number;
}

const rules = optionRules<RMSNormOptions>({ size: "number", "epsilon?": "number" });

/**
 * y = x / √(mean(x²) + ε) · weight over the last axis.
 *
 * - `x` - `[..., d]`; returns `[..., d]`
 * - `weight` - `[d]`, ones at first
 *
 * PyTorch: `nn.RMSNorm(d)`. Source: Zhang and Sennrich 2019, arXiv:1910.07467, eq. 4.
 *
 * @example
 * const norm = new RMSNorm({ size: 64 });
 * const y = norm.forward(x); // [b, t, 64] -> [b, t, 64]
 */
export class RMSNorm extends Module {
  /** `[d]`. */
  weight: Parameter;
  readonly epsilon: number;

  /** @throws HeedError when the size is not a whole number ≥ 1, or ε not positive */
  constructor(options: RMSNormOptions) {
    super();
    checkOptionKinds("new RMSNorm", [], rules, options);
    const { size, epsilon = 2 ** -23 } = options;
    checkSizes("RMSNorm", { size });
    if (!(epsilon > 0)) throw new HeedError(`RMSNorm: epsilon must be positive, but is ${epsilon}.`);
    this.epsilon = epsilon;
    this.weight = parameterFrom(ones([size]));
  }

  /** @param x - `[..., d]` */
  forward(x: Tensor): Tensor {
    return rmsNorm(x, this.weight, { epsilon: this.epsilon });
  }
}
