import { checkOptionKinds, optionRules, type Random } from "@heed/core";
import { randomUniform, type Shape, type Tensor } from "@heed/tensor";
import { fans } from "./fans.js";

export interface KaimingOptions {
  /** Slope of the (leaky) relu below zero; by default 0. √5 gives the bound 1/√fanIn. */
  readonly negativeSlope?: number;
  /** Whether activations (`fanIn`, the default) or gradients (`fanOut`) keep their variance. */
  readonly mode?: "fanIn" | "fanOut";
}

const rules = optionRules<KaimingOptions>({ "negativeSlope?": "number", "mode?": ["fanIn", "fanOut"] });

/**
 * U[−a, a) with a = √(6 / ((1 + negativeSlope²) · fan)), for a weight `[out, in]` before a relu. PyTorch:
 * `init.kaiming_uniform_`. Source: He et al. 2015, arXiv:1502.01852, eq. 10 and 15.
 *
 * @throws ShapeError when the shape has fewer than two axes
 */
export function kaimingUniform(shape: Shape, random: Random, options: KaimingOptions = {}): Tensor {
  checkOptionKinds("kaimingUniform", ["shape", "random"], rules, options);
  const { negativeSlope = 0, mode = "fanIn" } = options ?? {};
  const bound = Math.sqrt(6 / ((1 + negativeSlope * negativeSlope) * fans("kaimingUniform", shape)[mode]));
  return randomUniform(shape, random, -bound, bound);
}
