import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import { arange } from "../create.js";
import type { Op } from "../op.js";
import { assertDType } from "../rules.js";
import type { Tensor } from "../tensor.js";
import { cast } from "./cast.op.js";
import { equal } from "./equal.op.js";
import { expandDims } from "./expand-dims.op.js";

/**
 * A vector of `numClasses` entries for each id: 1 at the id, 0 elsewhere, as f32. An id outside of 0 … numClasses − 1 gives
 * zeros: the ids are not read. PyTorch: `F.one_hot`, which returns integers.
 *
 * - `ids` - i32 `[...]`; returns `[..., numClasses]`
 *
 * @throws HeedError when `numClasses` is not a positive integer
 * @example
 * oneHot(tensor(new Int32Array([2, 0])), { numClasses: 3 }); // [[0, 0, 1], [1, 0, 0]]
 */
export const oneHot: Op<[ids: Tensor], { numClasses: number }> = composite({
  name: "oneHot",
  inputs: ["ids"],
  options: { numClasses: "integer" },
  shapes: "... -> ... n",
  differentiable: false,
  samples: [
    { args: ({ ids }) => [ids(5, 2, 3)], params: { numClasses: 5 } },
    { label: "one id", args: ({ ids }) => [ids(4)], params: { numClasses: 4 } },
  ],
  check: ({ numClasses }, ids) => {
    assertDType("oneHot", "ids", ids, "i32");
    if (numClasses < 1) {
      throw new HeedError(`oneHot: numClasses must be a positive integer, got ${numClasses}.`);
    }
  },
  compose: ({ numClasses }, ids) =>
    cast(equal(expandDims(ids, { axis: -1 }), arange(0, numClasses, ids.backend)), { dtype: "f32" }),
});
