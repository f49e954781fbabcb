import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import { zeros } from "../create.js";
import { isRecording, noGrad, record } from "../graph.js";
import type { Op } from "../op.js";
import { formatShape, normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { concat } from "./concat.op.js";
import { slice } from "./slice.op.js";

/** Options of {@link split}. */
export interface SplitOptions {
  /** The length of each part, where the last one may be shorter; or the lengths of all parts, which sum to the axis. */
  readonly sizes: number | readonly number[];
  readonly axis: number;
}

/**
 * Cuts an axis into parts. The reverse of `concat`. PyTorch: `torch.split`.
 *
 * - `x` - `[..., n, ...]`; returns one tensor `[..., size, ...]` for each size
 *
 * @throws HeedError when the sizes do not fit the axis
 * @example
 * const [query, keys, values] = split(projected, { sizes: size, axis: -1 }); // [b, t, 3 · size] -> 3 times [b, t, size]
 */
export const split: Op<[x: Tensor], SplitOptions, readonly Tensor[]> = composite({
  name: "split",
  inputs: ["x"],
  options: { sizes: "axes", axis: "integer" },
  shapes: "... -> ...",
  manyResults: true,
  samples: [
    { args: ({ randn }) => [randn(2, 6)], params: { sizes: 2, axis: 1 } },
    { label: "shorter last part", args: ({ randn }) => [randn(5, 2)], params: { sizes: 2, axis: 0 } },
    { label: "sizes", args: ({ randn }) => [randn(2, 6, 2)], params: { sizes: [1, 0, 3, 2], axis: -2 } },
  ],
  compose: ({ sizes, axis }, x) => {
    let start = 0;
    const outputs = noGrad(() =>
      lengths(x, sizes, axis).map((length) => {
        start += length;
        return slice(x, { axis, start: start - length, end: start });
      }),
    );
    // Recorded as one node: one slice each would add up as many padded copies of x in the gradient.
    if (isRecording() && x.tracked) {
      record({
        op: "split",
        inputs: [x],
        values: [x.snapshot()],
        outputs,
        vjp: (cotangents) => [
          concat(
            cotangents.map((cotangent, i) => cotangent ?? zeros(outputs[i]!.shape, x.backend)),
            { axis },
          ),
        ],
      });
    }
    return outputs;
  },
});

function lengths(x: Tensor, sizes: SplitOptions["sizes"], axis: number): readonly number[] {
  const length = x.shape[normalizeAxis("split", axis, x.shape.length)]!;
  if (typeof sizes === "number") {
    if (!Number.isInteger(sizes) || sizes < 1) {
      throw new HeedError(`split: sizes must be a positive integer, or a list of lengths, got ${sizes}.`);
    }
    const count = Math.max(1, Math.ceil(length / sizes));
    return Array.from({ length: count }, (_, i) => Math.min(sizes, length - i * sizes));
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length === 0 || total !== length || !sizes.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new HeedError(
      `split: sizes must be integers that sum to ${length}, the length of axis ${axis} of ${formatShape(x.shape)}, got [${sizes.join(", ")}].`,
    );
  }
  return sizes;
}
