import { checkOptionKinds, optionRules, type Random } from "@heed/core";
import { randomNormal, randomUniform, type Shape, type Tensor } from "@heed/tensor";
import { fans } from "./fans.js";

export interface GainOptions {
  /** Multiplies the deviation; by default 1, which suits tanh's linear range. */
  readonly gain?: number;
}

const rules = optionRules<GainOptions>({ "gain?": "number" });

/**
 * U[−a, a) with a = gain · √(6 / (fanIn + fanOut)), for a weight `[out, in]`. PyTorch: `init.xavier_uniform_`.
 * Source: Glorot and Bengio 2010, eq. 16.
 *
 * @throws ShapeError when the shape has fewer than two axes
 * @example
 * linear.weight.assign(xavierUniform(linear.weight.shape, random));
 */
export function xavierUniform(shape: Shape, random: Random, options: GainOptions = {}): Tensor {
  checkOptionKinds("xavierUniform", ["shape", "random"], rules, options);
  const { gain = 1 } = options ?? {};
  const { fanIn, fanOut } = fans("xavierUniform", shape);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return randomUniform(shape, random, -bound, bound);
}

/**
 * N(0, σ²) with σ = gain · √(2 / (fanIn + fanOut)), for a weight `[out, in]`. PyTorch: `init.xavier_normal_`.
 * Source: Glorot and Bengio 2010, eq. 12.
 *
 * @throws ShapeError when the shape has fewer than two axes
 */
export function xavierNormal(shape: Shape, random: Random, options: GainOptions = {}): Tensor {
  checkOptionKinds("xavierNormal", ["shape", "random"], rules, options);
  const { gain = 1 } = options ?? {};
  const { fanIn, fanOut } = fans("xavierNormal", shape);
  return randomNormal(shape, random, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}
