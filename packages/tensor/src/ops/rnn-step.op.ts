import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { linear } from "./linear.op.js";
import { relu } from "./relu.op.js";
import { tanh } from "./tanh.op.js";

/**
 * h′ = tanh(gates + W_hh h + b_hh), or relu. `gates` is the input's part, W_ih x + b_ih. PyTorch: `RNNCell`.
 *
 * - `gates` - `[b, h]`; `hidden` - `[b, h]`; `weightHh` - `[h, h]`; `biasHh` - `[h]` or null; returns `[b, h]`
 */
export const rnnStep: Op<
  [gates: Tensor, hidden: Tensor, weightHh: Tensor, biasHh: Tensor | null],
  { nonlinearity?: "tanh" | "relu" }
> = composite({
  name: "rnnStep",
  inputs: ["gates", "hidden", "weightHh", "biasHh?"],
  options: { "nonlinearity?": ["tanh", "relu"] },
  dtypes: ["f32", "f32", "f32", "f32"],
  shapes: "b h, b h, h h, h -> b h",
  reference: "Elman 1990",
  samples: [
    { args: ({ randn }) => [randn(2, 3), randn(2, 3), randn(3, 3), randn(3)] },
    {
      label: "relu",
      args: ({ randn }) => [randn(2, 3), randn(2, 3), randn(3, 3), null],
      params: { nonlinearity: "relu" },
    },
  ],
  compose: ({ nonlinearity = "tanh" }, gates, hidden, weightHh, biasHh) => {
    const sum = add(gates, linear(hidden, weightHh, biasHh));
    return nonlinearity === "tanh" ? tanh(sum) : relu(sum);
  },
});
