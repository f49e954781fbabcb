import { checkOptionKinds, optionRules, type Random } from "@heed/core";
import { linear, type Parameter, type Tensor } from "@heed/tensor";
import { checkSizes } from "./check-options.js";
import { uniform } from "./initialisers/uniform.js";
import { Module } from "./module.js";
import { parameterFrom } from "./parameter-from.js";

export interface LinearOptions {
  /** Size of the last axis of what comes in. */
  readonly inFeatures: number;
  /** Size of the last axis of what goes out. */
  readonly outFeatures: number;
  /** By default true. */
  readonly bias?: boolean;
  /** Draws the first values. */
  readonly random: Random;
}

const rules = optionRules<LinearOptions>({
  inFeatures: "number",
  outFeatures: "number",
  "bias?": "boolean",
  random: "random",
});

/**
 * y = x Wᵀ + b over the last axis.
 *
 * - `x` - `[..., in]`; returns `[..., out]`
 * - `weight` - `[out, in]`, `bias` - `[out]`; both start in U(±1/√in)
 *
 * PyTorch: `nn.Linear`.
 *
 * @example
 * const output = new Linear({ inFeatures: 128, outFeatures: 11, random });
 * const logits = output.forward(hidden); // [b, t, 128] -> [b, t, 11]
 */
export class Linear extends Module {
  /** `[out, in]`. Assign the parameter of another layer to tie the two; free the one it replaces. */
  weight: Parameter;
  /** `[out]`, or null without a bias. */
  bias: Parameter | null;

  /** @throws HeedError when a size is not a whole number ≥ 1 */
  constructor(options: LinearOptions) {
    super();
    checkOptionKinds("new Linear", [], rules, options);
    const { inFeatures, outFeatures, bias = true, random } = options;
    checkSizes("Linear", { inFeatures, outFeatures });
    const high = 1 / Math.sqrt(inFeatures);
    this.weight = parameterFrom(uniform([outFeatures, inFeatures], random, { low: -high, high }));
    this.bias = bias ? parameterFrom(uniform([outFeatures], random, { low: -high, high })) : null;
  }

  /**
   * @param x - `[..., in]`
   * @returns `[..., out]`
   * @throws ShapeError when the last axis is not `in` long
   */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
