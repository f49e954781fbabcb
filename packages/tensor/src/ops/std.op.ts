import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { squareRoot } from "../square-root.js";
import type { Tensor } from "../tensor.js";
import { mul } from "./mul.op.js";
import { assertCorrection, type VarianceOptions, variance } from "./variance.op.js";

/**
 * The square root of {@link variance}, with the same options. Where all entries are equal, the result and its gradient
 * are 0. PyTorch: `torch.std`.
 *
 * - `x` - `[...]`; returns the other axes, and with `keepDims` the given ones with size 1
 */
export const std: Op<[x: Tensor], VarianceOptions> = composite({
  name: "std",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean", "correction?": "number" },
  dtypes: ["f32"],
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 4)] },
    { label: "last axis, biased", args: ({ randn }) => [randn(2, 5)], params: { axis: -1, correction: 0 } },
    { label: "middle axis kept", args: ({ randn }) => [randn(2, 5, 3)], params: { axis: 1, keepDims: true } },
    { label: "all equal", args: ({ randn }) => [mul(randn(2, 3), 0)], params: { axis: 1 }, exactGradient: false },
  ],
  check: ({ correction = 1 }) => assertCorrection("std", correction),
  compose: (options, x) => squareRoot(variance(x, options)),
});
