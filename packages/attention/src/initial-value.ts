import type { Random } from "@heed/core";
import { full, randomUniform, type Tensor } from "@heed/tensor";
import type { ParameterSpec } from "./scorer.js";

/** Returns the initial value of a parameter: that of its specification, or else U(±1/√in). */
export function initialValue(spec: ParameterSpec, random: Random): Tensor {
  if ("start" in spec) return full(spec.shape, spec.start);
  const bound = 1 / Math.sqrt(spec[0] ?? 1);
  return randomUniform(spec, random, -bound, bound);
}
