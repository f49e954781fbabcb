import { checkOptionKinds, HeedError, optionRules } from "@heed/core";
import { layerNorm, ones, type Parameter, type Tensor, zeros } from "@heed/tensor";
import { checkSizes } from "./check-options.js";
import { Module } from "./module.js";
import { parameterFrom } from "./parameter-from.js";

export interface LayerNormOptions {
  /** Size of the last axis. */
  readonly size: number;
  /** Keeps the division finite; by default 1e-5. */
  readonly epsilon?: number;
}

const rules = optionRules<LayerNormOptions>({ size: "number", "epsilon?": "number" });

/**
 * y = (x − mean) / √(variance + ε) · weight + bias over the last axis; the variance is the biased one.
 *
 * - `x` - `[..., d]`; returns `[..., d]`
 * - `weight` - `[d]`, ones at first; `bias` - `[d]`, zeros at first
 *
 * PyTorch: `nn.LayerNorm(d)`. Source: Ba et al. 2016, arXiv:1607.06450, eq. 4.
 *
 * @example
 * const norm = new LayerNorm({ size: 64 });
 * const y = norm.forward(x); // [b, t, 64] -> [b, t, 64]
 */
export class LayerNorm extends Module {
  /** `[d]`. */
  weight: Parameter;
  /** `[d]`. */
  bias: Parameter;
  readonly epsilon: number;

  /** @throws HeedError when the size is not a whole number ≥ 1, or ε not positive */
  constructor(options: LayerNormOptions) {
    super();
    checkOptionKinds("new LayerNorm", [], rules, options);
    const { size, epsilon = 1e-5 } = options;
    checkSizes("LayerNorm", { size });
    if (!(epsilon > 0)) throw new HeedError(`LayerNorm: epsilon must be positive, but is ${epsilon}.`);
    this.epsilon = epsilon;
    this.weight = parameterFrom(ones([size]));
    this.bias = parameterFrom(zeros([size]));
  }

  /** @param x - `[..., d]` */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight, this.bias, { epsilon: this.epsilon });
  }
}
