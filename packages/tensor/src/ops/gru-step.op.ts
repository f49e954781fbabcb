import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { linear } from "./linear.op.js";
import { mul } from "./mul.op.js";
import { sigmoid } from "./sigmoid.op.js";
import { slice } from "./slice.op.js";
import { sub } from "./sub.op.js";
import { tanh } from "./tanh.op.js";

/**
 * One step of a gated recurrent unit:
 * r = σ(gates_r + U_r h), z = σ(gates_z + U_z h), n = tanh(gates_n + r ⊙ (U_n h)), h′ = n + z ⊙ (h − n), where U h stands
 * for W_hh h + b_hh. `gates` is the input's part, W_ih x + b_ih, in PyTorch's order r, z, n. PyTorch: `GRUCell`.
 *
 * - `gates` - `[b, 3h]`; `hidden` - `[b, h]`; `weightHh` - `[3h, h]`; `biasHh` - `[3h]` or null; returns `[b, h]`
 */
export const gruStep: Op<[gates: Tensor, hidden: Tensor, weightHh: Tensor, biasHh: Tensor | null]> = composite({
  name: "gruStep",
  inputs: ["gates", "hidden", "weightHh", "biasHh?"],
  dtypes: ["f32", "f32", "f32", "f32"],
  shapes: "b 3*h, b h, 3*h h, 3*h -> b h",
  reference: "Cho et al. 2014, arXiv:1406.1078",
  samples: [
    { args: ({ randn }) => [randn(2, 9), randn(2, 3), randn(9, 3), randn(9)] },
    { label: "no bias", args: ({ randn }) => [randn(2, 12), randn(2, 4), randn(12, 4), null] },
  ],
  compose: (_params, gates, hidden, weightHh, biasHh) => {
    const size = hidden.shape[1]!;
    const recurrent = linear(hidden, weightHh, biasHh); // b 3h
    const part = (x: Tensor, index: number): Tensor =>
      slice(x, { axis: 1, start: index * size, end: (index + 1) * size });
    const reset = sigmoid(add(part(gates, 0), part(recurrent, 0)));
    const update = sigmoid(add(part(gates, 1), part(recurrent, 1)));
    const candidate = tanh(add(part(gates, 2), mul(reset, part(recurrent, 2))));
    return add(candidate, mul(update, sub(hidden, candidate)));
  },
});
