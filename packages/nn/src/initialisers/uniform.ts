import { checkOptionKinds, optionRules, type Random } from "@heed/core";
import { randomUniform, type Shape, type Tensor } from "@heed/tensor";

export interface UniformOptions {
  /** By default 0. */
  readonly low?: number;
  /** By default 1. */
  readonly high?: number;
}

const rules = optionRules<UniformOptions>({ "low?": "number", "high?": "number" });

/**
 * Independent draws from U[low, high). PyTorch: `init.uniform_`.
 *
 * @example
 * const weight = parameterFrom(uniform([4, 3], random, { low: -0.1, high: 0.1 }));
 */
export function uniform(shape: Shape, random: Random, options: UniformOptions = {}): Tensor {
  checkOptionKinds("uniform", ["shape", "random"], rules, options);
  const { low = 0, high = 1 } = options ?? {};
  return randomUniform(shape, random, low, high);
}
