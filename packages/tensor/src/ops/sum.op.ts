import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { keptShape, type ReductionOptions, reducedAxes, reductionSpec } from "../reduction.js";
import type { Tensor } from "../tensor.js";
import { expand } from "./expand.op.js";
import { reshape } from "./reshape.op.js";

/**
 * The sum over some axes, by default all; of bool, the count of true, as i32.
 *
 * - `x` - `[...]`; returns x without the reduced axes, or with `keepDims` with size 1 there
 */
export const sum: Op<[x: Tensor], ReductionOptions> = primitive({
  name: "sum",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 4)] },
    { label: "last axis", args: ({ randn }) => [randn(2, 3)], params: { axis: -1 } },
    { label: "two axes kept", args: ({ randn }) => [randn(2, 3, 4)], params: { axis: [0, 2], keepDims: true } },
  ],
  output: (params, x) => reductionSpec("sum", x, params, x.dtype === "bool" ? "i32" : x.dtype),
  forward: (backend, _spec, params, x) => backend.reduce("sum", x, reducedAxes("sum", x, params)),
  vjp: ({ cotangent, inputs: [x], params }) =>
    expand(reshape(cotangent, { shape: keptShape("sum", x, params) }), { shape: x.shape }),
});
