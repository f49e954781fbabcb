import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { checkLengths, type RecurrenceOptions, recur } from "../recurrence.js";
import type { Tensor } from "../tensor.js";
import { gruStep } from "./gru-step.op.js";
import { linear } from "./linear.op.js";

/**
 * A gated recurrent unit over whole sequences; the input's projection is one product for all steps.
 *
 * - `x` - `[b, t, i]`; `hidden` - `[b, h]`, the first state
 * - `weightIh` - `[3h, i]`; `weightHh` - `[3h, h]`; `biasIh`, `biasHh` - `[3h]` or null; as in PyTorch
 * - `lengths` - i32 `[b]`, or `null` when all sequences are t long; past its end a sequence's output is 0 and its state stands
 * - returns the outputs `[b, t, h]` and the last state `[b, h]`
 */
export const gru: Op<
  [
    x: Tensor,
    hidden: Tensor,
    weightIh: Tensor,
    weightHh: Tensor,
    biasIh: Tensor | null,
    biasHh: Tensor | null,
    lengths: Tensor | null,
  ],
  RecurrenceOptions,
  readonly [outputs: Tensor, hidden: Tensor]
> = composite({
  name: "gru",
  inputs: ["x", "hidden", "weightIh", "weightHh", "biasIh?", "biasHh?", "lengths?"],
  options: { "reverse?": "boolean" },
  dtypes: ["f32", "f32", "f32", "f32", "f32", "f32", null],
  shapes: "b t i, b h, 3*h i, 3*h h, 3*h, 3*h, b -> b t h, b h",
  reference: "Cho et al. 2014, arXiv:1406.1078",
  samples: [
    {
      args: ({ randn }) => [randn(2, 3, 2), randn(2, 3), randn(9, 2), randn(9, 3), randn(9), randn(9), null],
    },
    {
      label: "lengths",
      args: ({ randn, lengths }) => [
        randn(3, 4, 2),
        randn(3, 3),
        randn(9, 2),
        randn(9, 3),
        randn(9),
        randn(9),
        lengths(4, 3),
      ],
    },
    {
      label: "reverse with lengths, no bias",
      args: ({ randn, lengths }) => [randn(3, 4, 2), randn(3, 3), randn(9, 2), randn(9, 3), null, null, lengths(4, 3)],
      params: { reverse: true },
    },
  ],
  check: (_options, x, _hidden, _weightIh, _weightHh, _biasIh, _biasHh, lengths) =>
    checkLengths("gru", lengths, x.shape[1]!),
  compose: (options, x, hidden, weightIh, weightHh, biasIh, biasHh, lengths) => {
    const gates = linear(x, weightIh, biasIh); // b t 3*h
    const { outputs, state } = recur(gates, [hidden], lengths, options, (input, [h]) => [
      gruStep(input, h!, weightHh, biasHh),
    ]);
    return [outputs, state[0]!];
  },
});
