import { type Random, randomNormal, type Shape, type Tensor } from "@heed/tensor";

export interface NormalOptions {
  /** By default 0. */
  readonly mean?: number;
  /** σ, by default 1. */
  readonly deviation?: number;
}

/**
 * Independent draws from N(mean, deviation²). PyTorch: `init.normal_`.
 *
 * @example
 * const weight = parameterFrom(normal([4, 3], random, { deviation: 0.02 }));
 */
export function normal(shape: Shape, random: Random, { mean = 0, deviation = 1 }: NormalOptions = {}): Tensor {
  return randomNormal(shape, random, mean, deviation);
}
