import type { Op } from "../op.js";
import { primitive } from "../primitive.js";
import { assertEntries, keptShape, type ReductionOptions, reducedAxes, reductionSpec } from "../reduction.js";
import { assertDType } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./cast.op.js";
import { div } from "./div.op.js";
import { equal } from "./equal.op.js";
import { mul } from "./mul.op.js";
import { reshape } from "./reshape.op.js";
import { sum } from "./sum.op.js";

/**
 * The smallest value over some axes, by default all; equal ones share the gradient. PyTorch: `amin`.
 *
 * - `x` - `[...]`; returns x without the reduced axes, or with `keepDims` with size 1 there
 *
 * @throws ShapeError when a reduced axis is empty
 */
export const min: Op<[x: Tensor], ReductionOptions> = primitive({
  name: "min",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 4)] },
    { label: "last axis kept", args: ({ randn }) => [randn(2, 5)], params: { axis: -1, keepDims: true } },
    { label: "middle axis", args: ({ randn }) => [randn(2, 5, 3)], params: { axis: 1 } },
  ],
  output: (params, x) => {
    assertDType("min", "x", x, "f32", "i32");
    assertEntries("min", x, params);
    return reductionSpec("min", x, params);
  },
  forward: (backend, _spec, params, x) => backend.reduce("min", x, reducedAxes("min", x, params)),
  vjp: ({ cotangent, inputs: [x], output, params }) => {
    const shape = keptShape("min", x, params);
    const chosen = cast(equal(x, reshape(output, { shape })), { dtype: "f32" });
    const shares = div(chosen, sum(chosen, { axis: reducedAxes("min", x, params), keepDims: true }));
    return mul(shares, reshape(cotangent, { shape }));
  },
});
