import { checkOptionKinds, optionRules, type Random } from "@heed/core";
import { randomNormal, type Shape, type Tensor } from "@heed/tensor";

export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation; default 1. */
  readonly std?: number;
}

const rules = optionRules<NormalOptions>({ "mean?": "number", "std?": "number" });

/**
 * Independent draws from N(mean, std²). PyTorch: `init.normal_`.
 *
 * @example
 * const weight = parameterFrom(normal([4, 3], random, { std: 0.02 }));
 */
export function normal(shape: Shape, random: Random, options: NormalOptions = {}): Tensor {
  checkOptionKinds("normal", ["shape", "random"], rules, options);
  const { mean = 0, std = 1 } = options ?? {};
  return randomNormal(shape, random, mean, std);
}
