import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { exp } from "./exp.op.js";
import { greater } from "./greater.op.js";
import { log1p } from "./log1p.op.js";
import { mul } from "./mul.op.js";
import { neg } from "./neg.op.js";
import { where } from "./where.op.js";

/**
 * ln(1 + e^(β x)) / β, elementwise: a smooth relu. Computed as max(x, 0) + log1p(e^−|β x|) / β, which overflows for no x;
 * the gradient is σ(β x), also at 0. PyTorch: `F.softplus`, which returns x itself above a threshold.
 *
 * - `x` - f32 `[...]`; returns the same shape
 *
 * @throws HeedError when `beta` is not a positive number
 */
export const softplus: Op<[x: Tensor], { beta?: number }> = composite({
  name: "softplus",
  inputs: ["x"],
  options: { "beta?": "number" },
  dtypes: ["f32"],
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)] },
    { label: "beta", args: ({ randn }) => [randn(2, 3)], params: { beta: 2.5 } },
    { label: "large", args: ({ randn }) => [mul(randn(3, 4), 200)] },
    { label: "zero", args: ({ randn }) => [mul(randn(2, 2), 0)] },
  ],
  check: ({ beta = 1 }) => {
    if (!(beta > 0 && beta < Infinity)) throw new HeedError(`softplus: beta must be a positive number, got ${beta}.`);
  },
  compose: ({ beta = 1 }, x) => {
    const scaled = beta === 1 ? x : mul(x, beta);
    const positive = greater(scaled, 0);
    // Of −|x| the gradient at 0 would be 0; chosen by `where` it is that of one side.
    const tail = log1p(exp(where(positive, neg(scaled), scaled)));
    const value = add(where(positive, scaled, 0), tail);
    return beta === 1 ? value : mul(value, 1 / beta);
  },
});
