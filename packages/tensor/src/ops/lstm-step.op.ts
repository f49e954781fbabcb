import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { linear } from "./linear.op.js";
import { mul } from "./mul.op.js";
import { sigmoid } from "./sigmoid.op.js";
import { slice } from "./slice.op.js";
import { tanh } from "./tanh.op.js";

/**
 * One step of a long short-term memory: with a = gates + W_hh h + b_hh,
 * i = σ(a_i), f = σ(a_f), g = tanh(a_g), o = σ(a_o), c′ = f ⊙ c + i ⊙ g, h′ = o ⊙ tanh(c′).
 * `gates` is the input's part, W_ih x + b_ih, in PyTorch's order i, f, g, o. Returns h′ and c′. PyTorch: `LSTMCell`.
 *
 * - `gates` - `[b, 4h]`; `hidden`, `cell` - `[b, h]`; `weightHh` - `[4h, h]`; `biasHh` - `[4h]` or null; returns twice `[b, h]`
 */
export const lstmStep: Op<
  [gates: Tensor, hidden: Tensor, cell: Tensor, weightHh: Tensor, biasHh: Tensor | null],
  object,
  readonly [hidden: Tensor, cell: Tensor]
> = composite({
  name: "lstmStep",
  inputs: ["gates", "hidden", "cell", "weightHh", "biasHh?"],
  dtypes: ["f32", "f32", "f32", "f32", "f32"],
  shapes: "b 4*h, b h, b h, 4*h h, 4*h -> b h, b h",
  reference: "Hochreiter and Schmidhuber 1997",
  samples: [
    { args: ({ randn }) => [randn(2, 12), randn(2, 3), randn(2, 3), randn(12, 3), randn(12)] },
    { label: "no bias", args: ({ randn }) => [randn(2, 8), randn(2, 2), randn(2, 2), randn(8, 2), null] },
  ],
  compose: (_params, gates, hidden, cell, weightHh, biasHh) => {
    const size = hidden.shape[1]!;
    const sum = add(gates, linear(hidden, weightHh, biasHh)); // b 4h
    const part = (index: number): Tensor => slice(sum, { axis: 1, start: index * size, end: (index + 1) * size });
    const [input, forget, candidate, output] = [sigmoid(part(0)), sigmoid(part(1)), tanh(part(2)), sigmoid(part(3))];
    const nextCell = add(mul(forget, cell), mul(input, candidate));
    return [mul(output, tanh(nextCell)), nextCell];
  },
});
