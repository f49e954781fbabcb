import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertMaskFits } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { additiveScores } from "./additive-scores.op.js";
import { concat } from "./concat.op.js";
import { expandDims } from "./expand-dims.op.js";
import { gruStep } from "./gru-step.op.js";
import { linear } from "./linear.op.js";
import { maskedSoftmax } from "./masked-softmax.op.js";
import { matmul } from "./matmul.op.js";
import { reshape } from "./reshape.op.js";
import { stack } from "./stack.op.js";
import { unstack } from "./unstack.op.js";

/**
 * A whole decoder of gated recurrent units with additive attention before each step: for i = 1 … t,
 * weights = softmax(vᵀ tanh(W sᵢ₋₁ + prepared)) where the mask is true, cᵢ = weights · values,
 * sᵢ = GRU(gates of the token + W_c cᵢ, sᵢ₋₁).
 *
 * - `tokenGates` - `[b, t, 3h]`, the tokens' part of the input projection, biases included; `hidden` - `[b, h]`, s₀
 * - `prepared` - `[b, s, d]`, the projected keys; `values` - `[b, s, c]`
 * - `mask` - bool, broadcastable to `[b, 1, s]`, true = may attend
 * - `queryWeight` - `[h, d]`, W; `v` - `[d]`; `contextWeight` - `[3h, c]`, W_c; `weightHh`, `biasHh` as in PyTorch
 * - returns the states `[b, t, h]`, the contexts `[b, t, c]` and the weights `[b, t, s]`
 */
export const additiveGru: Op<
  [
    tokenGates: Tensor,
    hidden: Tensor,
    prepared: Tensor,
    values: Tensor,
    mask: Tensor | null,
    queryWeight: Tensor,
    v: Tensor,
    contextWeight: Tensor,
    weightHh: Tensor,
    biasHh: Tensor | null,
  ],
  object,
  readonly [states: Tensor, contexts: Tensor, weights: Tensor]
> = composite({
  name: "additiveGru",
  inputs: [
    "tokenGates",
    "hidden",
    "prepared",
    "values",
    "mask?",
    "queryWeight",
    "v",
    "contextWeight",
    "weightHh",
    "biasHh?",
  ],
  dtypes: ["f32", "f32", "f32", "f32", null, "f32", "f32", "f32", "f32", "f32"],
  shapes: "b t 3*h, b h, b s d, b s c, ..., h d, d, 3*h c, 3*h h, 3*h -> b t h, b t c, b t s",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473, App. A.1.2 and A.2.2",
  samples: [
    {
      args: ({ randn, mask }) => [
        randn(2, 3, 9),
        randn(2, 3),
        randn(2, 4, 5),
        randn(2, 4, 2),
        mask(2, 1, 4),
        randn(3, 5),
        randn(5),
        randn(9, 2),
        randn(9, 3),
        randn(9),
      ],
    },
    {
      label: "no mask, no bias",
      args: ({ randn }) => [
        randn(3, 2, 12),
        randn(3, 4),
        randn(3, 5, 4),
        randn(3, 5, 6),
        null,
        randn(4, 4),
        randn(4),
        randn(12, 6),
        randn(12, 4),
        null,
      ],
    },
  ],
  check: (_params, tokenGates, _hidden, prepared, _values, mask) =>
    assertMaskFits("additiveGru", mask, [tokenGates.shape[0]!, 1, prepared.shape[1]!]),
  compose: (_params, tokenGates, hidden, prepared, values, mask, queryWeight, v, contextWeight, weightHh, biasHh) => {
    const [b, , c] = values.shape as [number, number, number];
    const [states, contexts, weights]: [Tensor[], Tensor[], Tensor[]] = [[], [], []];
    let state = hidden;
    for (const gates of unstack(tokenGates, { axis: 1 })) {
      const query = expandDims(matmul(state, queryWeight), { axis: 1 }); // b 1 d
      const weight = maskedSoftmax(additiveScores(query, prepared, v), mask); // b 1 s
      const context = reshape(matmul(weight, values), { shape: [b, c] });
      state = gruStep(add(gates, linear(context, contextWeight, null)), state, weightHh, biasHh);
      states.push(state);
      contexts.push(context);
      weights.push(weight);
    }
    return [stack(states, { axis: 1 }), stack(contexts, { axis: 1 }), concat(weights, { axis: 1 })];
  },
});
