import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { checkLengths, type RecurrenceOptions, recur } from "../recurrence.js";
import type { Tensor } from "../tensor.js";
import { linear } from "./linear.op.js";
import { lstmStep } from "./lstm-step.op.js";

/**
 * A long short-term memory over whole sequences; the input's projection is one product for all steps.
 *
 * - `x` - `[b, t, i]`; `hidden`, `cell` - `[b, h]`, the first states
 * - `weightIh` - `[4h, i]`; `weightHh` - `[4h, h]`; `biasIh`, `biasHh` - `[4h]` or null; as in PyTorch
 * - `lengths` - i32 `[b]`, or `null` when all sequences are t long; past its end a sequence's output is 0 and its states stand
 * - returns the outputs `[b, t, h]` and the last states, both `[b, h]`
 */
export const lstm: Op<
  [
    x: Tensor,
    hidden: Tensor,
    cell: Tensor,
    weightIh: Tensor,
    weightHh: Tensor,
    biasIh: Tensor | null,
    biasHh: Tensor | null,
    lengths: Tensor | null,
  ],
  RecurrenceOptions,
  readonly [outputs: Tensor, hidden: Tensor, cell: Tensor]
> = composite({
  name: "lstm",
  inputs: ["x", "hidden", "cell", "weightIh", "weightHh", "biasIh?", "biasHh?", "lengths?"],
  options: { "reverse?": "boolean" },
  dtypes: ["f32", "f32", "f32", "f32", "f32", "f32", "f32", null],
  shapes: "b t i, b h, b h, 4*h i, 4*h h, 4*h, 4*h, b -> b t h, b h, b h",
  reference: "Hochreiter and Schmidhuber 1997",
  samples: [
    {
      args: ({ randn }) => [
        randn(2, 3, 2),
        randn(2, 3),
        randn(2, 3),
        randn(12, 2),
        randn(12, 3),
        randn(12),
        randn(12),
        null,
      ],
    },
    {
      label: "lengths",
      args: ({ randn, lengths }) => [
        randn(3, 4, 2),
        randn(3, 3),
        randn(3, 3),
        randn(12, 2),
        randn(12, 3),
        randn(12),
        randn(12),
        lengths(4, 3),
      ],
    },
    {
      label: "reverse with lengths, no bias",
      args: ({ randn, lengths }) => [
        randn(3, 4, 2),
        randn(3, 3),
        randn(3, 3),
        randn(12, 2),
        randn(12, 3),
        null,
        null,
        lengths(4, 3),
      ],
      params: { reverse: true },
    },
  ],
  check: (_options, x, _hidden, _cell, _weightIh, _weightHh, _biasIh, _biasHh, lengths) =>
    checkLengths("lstm", lengths, x.shape[1]!),
  compose: (options, x, hidden, cell, weightIh, weightHh, biasIh, biasHh, lengths) => {
    const gates = linear(x, weightIh, biasIh); // b t 4h
    const { outputs, state } = recur(gates, [hidden, cell], lengths, options, (input, [h, c]) =>
      lstmStep(input, h!, c!, weightHh, biasHh),
    );
    return [outputs, state[0]!, state[1]!];
  },
});
