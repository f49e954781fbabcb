import { composite } from "../composite.js";
import { zeros } from "../create.js";
import { isRecording, noGrad, record } from "../graph.js";
import type { Op } from "../op.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { slice } from "./slice.op.js";
import { squeeze } from "./squeeze.op.js";
import { stack } from "./stack.op.js";

/**
 * The entries along an axis, as one tensor each. The reverse of `stack`. PyTorch: `unbind`.
 *
 * - `x` - `[..., n, ...]`; returns n tensors without `axis`
 */
export const unstack: Op<[x: Tensor], { axis: number }, readonly Tensor[]> = composite({
  name: "unstack",
  inputs: ["x"],
  options: { axis: "integer" },
  shapes: "... -> ...",
  manyResults: true,
  samples: [
    { label: "one entry", args: ({ randn }) => [randn(2, 1, 3)], params: { axis: 1 } },
    { args: ({ randn }) => [randn(2, 3, 2)], params: { axis: 1 } },
    { label: "first axis", args: ({ randn }) => [randn(3, 2)], params: { axis: 0 } },
  ],
  compose: ({ axis }, x) => {
    const count = x.shape[normalizeAxis("unstack", axis, x.shape.length)]!;
    const outputs = noGrad(() =>
      Array.from({ length: count }, (_, i) => squeeze(slice(x, { axis, start: i, end: i + 1 }), { axis })),
    );
    // Recorded as one node: one slice each would add up as many padded copies of x in the gradient.
    if (isRecording() && x.tracked) {
      record({
        op: "unstack",
        inputs: [x],
        values: [x.snapshot()],
        outputs,
        vjp: (cotangents) => [
          stack(
            cotangents.map((cotangent, i) => cotangent ?? zeros(outputs[i]!.shape, x.backend)),
            { axis },
          ),
        ],
      });
    }
    return outputs;
  },
});
