import { composite } from "../composite.js";
import { full, tensor } from "../create.js";
import type { Op } from "../op.js";
import { type ReductionOptions, reducedAxes, reductionSpec } from "../reduction.js";
import { assertDType } from "../rules.js";
import { sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./mul.op.js";
import { pad } from "./pad.op.js";
import { reshape } from "./reshape.op.js";
import { slice } from "./slice.op.js";
import { transpose } from "./transpose.op.js";

/**
 * The product over some axes, by default all; of no entries, 1. Halves are multiplied with each other again and again, and
 * nothing is divided: the gradient is right where entries are 0. f32 or i32. PyTorch: `torch.prod`.
 *
 * - `x` - `[...]`; returns the other axes, and with `keepDims` the given ones with size 1
 */
export const prod: Op<[x: Tensor], ReductionOptions> = composite({
  name: "prod",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)] },
    { label: "odd axis", args: ({ randn }) => [randn(2, 7)], params: { axis: -1 } },
    { label: "two axes kept", args: ({ randn }) => [randn(3, 2, 3)], params: { axis: [0, 2], keepDims: true } },
    { label: "one zero", args: ({ randn }) => [mul(randn(2, 3), tensor([1, 0, 1]))], params: { axis: 1 } },
    { label: "two zeros", args: ({ randn }) => [mul(randn(2, 3), tensor([0, 0, 1]))], params: { axis: 1 } },
    { label: "i32", args: ({ ids }) => [ids(4, 3, 5)], params: { axis: 1 } },
  ],
  check: (_options, x) => assertDType("prod", "x", x, "f32", "i32"),
  compose: (options, x) => {
    const { shape } = reductionSpec("prod", x, options);
    const axes = reducedAxes("prod", x, options);
    const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const count = sizeOf(axes.map((axis) => x.shape[axis]!));
    if (count === 0) return full(shape, 1, x.dtype, x.backend);
    const folded = axes.length === x.shape.length ? x : transpose(x, { permutation: [...others, ...axes] });
    let rows = reshape(folded, { shape: [sizeOf(shape), count] }); // other axes, folded axes
    for (let length = count; length > 1; length = Math.ceil(length / 2)) {
      const half = Math.ceil(length / 2);
      const second = slice(rows, { axis: 1, start: half });
      const padded = length % 2 === 0 ? second : pad(second, { axis: 1, after: 1, value: 1 });
      rows = mul(slice(rows, { axis: 1, start: 0, end: half }), padded);
    }
    return reshape(rows, { shape });
  },
});
