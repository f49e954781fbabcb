import { composite } from "../composite.js";
import { ShapeError } from "../errors.js";
import { integerPower } from "../integer-power.js";
import type { Op } from "../op.js";
import { formatShape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { div } from "./div.op.js";
import { mul } from "./mul.op.js";
import { sqrt } from "./sqrt.op.js";
import { sub } from "./sub.op.js";

/** The constants of one Adam step. */
export interface AdamStepOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Counts from 1. */
  readonly step: number;
  /** λ; by default 0. */
  readonly weightDecay?: number;
  /** Shrink the parameter itself (AdamW) instead of adding λ · parameter to the gradient. */
  readonly decoupled?: boolean;
}

/**
 * One step of Adam: m′ = β₁m + (1 − β₁)g, v′ = β₂v + (1 − β₂)g²,
 * p′ = p − lr / (1 − β₁ᵗ) · m′ / (√(v′ / (1 − β₂ᵗ)) + ε). Returns p′, m′ and v′. PyTorch: `Adam`, `AdamW`.
 *
 * - `parameter`, `gradient`, `firstMoment`, `secondMoment` - `[...]`, all alike; returns three tensors of that shape
 */
export const adamStep: Op<
  [parameter: Tensor, gradient: Tensor, firstMoment: Tensor, secondMoment: Tensor],
  AdamStepOptions,
  readonly [parameter: Tensor, firstMoment: Tensor, secondMoment: Tensor]
> = composite({
  name: "adamStep",
  inputs: ["parameter", "gradient", "firstMoment", "secondMoment"],
  options: {
    learningRate: "number",
    beta1: "number",
    beta2: "number",
    epsilon: "number",
    step: "number",
    "weightDecay?": "number",
    "decoupled?": "boolean",
  },
  dtypes: ["f32", "f32", "f32", "f32"],
  shapes: "..., ..., ..., ... -> ..., ..., ...",
  reference: "Kingma and Ba 2015, arXiv:1412.6980, alg. 1; Loshchilov and Hutter 2019, arXiv:1711.05101",
  differentiable: false,
  samples: [
    {
      args: ({ randn, positive }) => [randn(3, 4), randn(3, 4), randn(3, 4), positive(3, 4)],
      params: { learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 },
    },
    {
      label: "weight decay",
      args: ({ randn, positive }) => [randn(5), randn(5), randn(5), positive(5)],
      params: { learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1, weightDecay: 0.1 },
    },
    {
      label: "decoupled weight decay",
      args: ({ randn, positive }) => [randn(5), randn(5), randn(5), positive(5)],
      params: {
        learningRate: 1e-2,
        beta1: 0.9,
        beta2: 0.98,
        epsilon: 1e-9,
        step: 2,
        weightDecay: 0.1,
        decoupled: true,
      },
    },
  ],
  check: (_options, parameter, ...others) => {
    for (const [i, other] of others.entries()) {
      if (sameShape(other.shape, parameter.shape)) continue;
      const name = ["gradient", "firstMoment", "secondMoment"][i];
      throw new ShapeError(
        `adamStep: ${name} must have the shape of parameter, ${formatShape(parameter.shape)}, got ${formatShape(other.shape)}.`,
      );
    }
  },
  compose: (
    { learningRate, beta1, beta2, epsilon, step, weightDecay = 0, decoupled = false },
    parameter,
    gradient,
    firstMoment,
    secondMoment,
  ) => {
    const decayed = weightDecay !== 0 && decoupled ? mul(parameter, 1 - learningRate * weightDecay) : parameter;
    const g = weightDecay !== 0 && !decoupled ? add(gradient, mul(parameter, weightDecay)) : gradient;
    const m = add(mul(firstMoment, beta1), mul(g, 1 - beta1));
    const v = add(mul(secondMoment, beta2), mul(mul(g, g), 1 - beta2));
    const deviation = add(div(sqrt(v), Math.sqrt(1 - integerPower(beta2, step))), epsilon);
    return [sub(decayed, mul(div(m, deviation), learningRate / (1 - integerPower(beta1, step)))), m, v];
  },
});
