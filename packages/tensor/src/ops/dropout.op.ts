import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { greaterEqual } from "./greater-equal.op.js";
import { mul } from "./mul.op.js";
import { uniformLike } from "./uniform-like.op.js";
import { where } from "./where.op.js";

/**
 * Sets each entry to 0 with `probability` in [0, 1), and divides the others by (1 − probability). The same seed (an
 * unsigned 32-bit integer) drops the same entries.
 *
 * - `x` - `[...]`; returns the same shape
 */
export const dropout: Op<[x: Tensor], { probability: number; seed: number }> = composite({
  name: "dropout",
  inputs: ["x"],
  options: { probability: "number", seed: "integer" },
  dtypes: ["f32"],
  shapes: "... -> ...",
  reference: "Srivastava et al. 2014",
  samples: [{ args: ({ randn }) => [randn(6, 7)], params: { probability: 0.4, seed: 11 } }],
  check: ({ probability }) => {
    if (!(probability >= 0 && probability < 1)) {
      throw new HeedError(`dropout: the probability must be in [0, 1), but is ${probability}.`);
    }
  },
  compose: ({ probability, seed }, x) => {
    if (probability === 0) return x;
    const kept = greaterEqual(uniformLike(x, { seed }), probability);
    return where(kept, mul(x, 1 / (1 - probability)), 0);
  },
});
