import { composite } from "../composite.js";
import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { assertDType } from "../rules.js";
import { formatShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { matmul } from "./matmul.op.js";
import { pad } from "./pad.op.js";
import { reshape } from "./reshape.op.js";
import { slice } from "./slice.op.js";
import { stack } from "./stack.op.js";

/** Options of {@link conv1d}, by PyTorch's names. */
export interface Conv1dOptions {
  /** Steps between two results; by default 1. */
  readonly stride?: number;
  /** Zeros added at both ends (by default 0); `"valid"` adds none, `"same"` keeps the length, and needs stride 1. */
  readonly padding?: number | "same" | "valid";
  /** Steps between two entries of the kernel; by default 1. */
  readonly dilation?: number;
  /** Parts into which both kinds of channels are divided, each convolved alone; by default 1. */
  readonly groups?: number;
}

/**
 * The cross-correlation of sequences with a kernel. The shifted inputs are laid side by side, which takes memory for
 * kernel · x, and multiplied with the weight as one matrix. PyTorch: `F.conv1d`.
 *
 * - `x` - `[b, in, t]`
 * - `weight` - `[out, in / groups, kernel]`
 * - `bias` - `[out]` or null
 * - returns `[b, out, ⌊(t + padding at both ends − dilation · (kernel − 1) − 1) / stride⌋ + 1]`
 *
 * @throws ShapeError when an option is not a whole number in its range, channels do not divide into groups, or the kernel
 *   is longer than the padded input
 * @example
 * conv1d(x, weight, bias, { padding: "same" }); // [b, in, t] -> [b, out, t]
 */
export const conv1d: Op<[x: Tensor, weight: Tensor, bias: Tensor | null], Conv1dOptions> = composite({
  name: "conv1d",
  inputs: ["x", "weight", "bias?"],
  options: {
    "stride?": "integer",
    "padding?": { integerOr: ["same", "valid"] },
    "dilation?": "integer",
    "groups?": "integer",
  },
  dtypes: ["f32", "f32", "f32"],
  shapes: "b i t, o j k, o -> b o l",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 7), randn(4, 3, 3), randn(4)] },
    { label: "same", args: ({ randn }) => [randn(2, 2, 5), randn(3, 2, 4), null], params: { padding: "same" } },
    {
      label: "stride, padding, dilation",
      args: ({ randn }) => [randn(2, 2, 9), randn(3, 2, 3), randn(3)],
      params: { stride: 2, padding: 2, dilation: 2 },
    },
    { label: "groups", args: ({ randn }) => [randn(2, 4, 6), randn(6, 2, 2), randn(6)], params: { groups: 2 } },
    { label: "each channel alone", args: ({ randn }) => [randn(1, 3, 6), randn(3, 1, 3), null], params: { groups: 3 } },
    { label: "kernel of 1", args: ({ randn }) => [randn(2, 3, 4), randn(5, 3, 1), randn(5)] },
  ],
  check: (options, x, weight) => {
    assertDType("conv1d", "x", x, "f32");
    plan(options, x, weight);
  },
  compose: (options, x, weight, bias) => {
    const { stride = 1, dilation = 1, groups = 1 } = options;
    const { before, after, length } = plan(options, x, weight);
    const [b, channels] = x.shape as [number, number];
    const [out, width, taps] = weight.shape as [number, number, number];
    const padded = before + after === 0 ? x : pad(x, { axis: 2, before, after });
    const shifted = Array.from({ length: taps }, (_, tap) => {
      const start = tap * dilation;
      return slice(padded, { axis: 2, start, end: start + (length - 1) * stride + 1, step: stride }); // b in length
    });
    const columns = reshape(stack(shifted, { axis: 2 }), { shape: [b, groups, (channels / groups) * taps, length] });
    const rows = reshape(weight, { shape: [groups, out / groups, width * taps] });
    const result = reshape(matmul(rows, columns), { shape: [b, out, length] }); // b groups out/groups length
    return bias ? add(result, reshape(bias, { shape: [out, 1] })) : result;
  },
});

/** Checks the call, and works out the padding and the length of the result. */
function plan(
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: Conv1dOptions,
  x: Tensor,
  weight: Tensor,
): { before: number; after: number; length: number } {
  for (const [name, value] of Object.entries({ stride, dilation, groups })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ShapeError(`conv1d: ${name} must be an integer of at least 1, got ${value}.`);
    }
  }
  if (padding !== "same" && padding !== "valid" && !(Number.isInteger(padding) && padding >= 0)) {
    throw new ShapeError(`conv1d: padding must be an integer ≥ 0, "same" or "valid", got ${String(padding)}.`);
  }
  if (padding === "same" && stride !== 1) {
    throw new ShapeError(`conv1d: padding "same" needs stride 1, got ${stride}; pass a number as padding.`);
  }
  const [, channels, time] = x.shape as [number, number, number];
  const [out, width, taps] = weight.shape as [number, number, number];
  if (channels !== width * groups || out % groups !== 0) {
    throw new ShapeError(
      `conv1d: x ${formatShape(x.shape)} and weight ${formatShape(weight.shape)} do not fit ${groups} groups: x must have groups · ${width} channels, and ${out} must be divisible by groups.`,
    );
  }
  const reach = dilation * (taps - 1);
  // An odd number of zeros is one longer at the end, as in PyTorch.
  const total = padding === "same" ? reach : padding === "valid" ? 0 : 2 * padding;
  const before = Math.floor(total / 2);
  if (taps < 1 || time + total <= reach) {
    throw new ShapeError(
      `conv1d: the kernel reaches over ${reach + 1} entries, but the padded x has ${time + total}; pass more padding.`,
    );
  }
  return { before, after: total - before, length: Math.floor((time + total - reach - 1) / stride) + 1 };
}
