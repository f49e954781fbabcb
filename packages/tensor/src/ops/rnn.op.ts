import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { checkLengths, type RecurrenceOptions, recur } from "../recurrence.js";
import type { Tensor } from "../tensor.js";
import { linear } from "./linear.op.js";
import { rnnStep } from "./rnn-step.op.js";

/**
 * An Elman network over whole sequences; the input's projection is one product for all steps.
 *
 * - `x` - `[b, t, i]`; `hidden` - `[b, h]`, the first state
 * - `weightIh` - `[h, i]`; `weightHh` - `[h, h]`; `biasIh`, `biasHh` - `[h]` or null; as in PyTorch
 * - `lengths` - i32 `[b]`, or `null` when all sequences are t long; past its end a sequence's output is 0 and its state stands
 * - returns the outputs `[b, t, h]` and the last state `[b, h]`
 */
export const rnn: Op<
  [
    x: Tensor,
    hidden: Tensor,
    weightIh: Tensor,
    weightHh: Tensor,
    biasIh: Tensor | null,
    biasHh: Tensor | null,
    lengths: Tensor | null,
  ],
  RecurrenceOptions & { readonly nonlinearity?: "tanh" | "relu" },
  readonly [outputs: Tensor, hidden: Tensor]
> = composite({
  name: "rnn",
  inputs: ["x", "hidden", "weightIh", "weightHh", "biasIh?", "biasHh?", "lengths?"],
  options: { "reverse?": "boolean", "nonlinearity?": ["tanh", "relu"] },
  dtypes: ["f32", "f32", "f32", "f32", "f32", "f32", null],
  shapes: "b t i, b h, h i, h h, h, h, b -> b t h, b h",
  reference: "Elman 1990",
  samples: [
    {
      args: ({ randn }) => [randn(2, 3, 2), randn(2, 3), randn(3, 2), randn(3, 3), randn(3), randn(3), null],
    },
    {
      label: "lengths",
      args: ({ randn, lengths }) => [
        randn(3, 4, 2),
        randn(3, 3),
        randn(3, 2),
        randn(3, 3),
        randn(3),
        randn(3),
        lengths(4, 3),
      ],
    },
    {
      label: "reverse with lengths, no bias",
      args: ({ randn, lengths }) => [randn(3, 4, 2), randn(3, 3), randn(3, 2), randn(3, 3), null, null, lengths(4, 3)],
      params: { reverse: true },
    },
    {
      label: "relu",
      args: ({ randn }) => [randn(2, 3, 2), randn(2, 3), randn(3, 2), randn(3, 3), randn(3), randn(3), null],
      params: { nonlinearity: "relu" },
    },
  ],
  check: (_options, x, _hidden, _weightIh, _weightHh, _biasIh, _biasHh, lengths) =>
    checkLengths("rnn", lengths, x.shape[1]!),
  compose: ({ nonlinearity = "tanh", ...options }, x, hidden, weightIh, weightHh, biasIh, biasHh, lengths) => {
    const gates = linear(x, weightIh, biasIh); // b t h
    const { outputs, state } = recur(gates, [hidden], lengths, options, (input, [h]) => [
      rnnStep(input, h!, weightHh, biasHh, { nonlinearity }),
    ]);
    return [outputs, state[0]!];
  },
});
