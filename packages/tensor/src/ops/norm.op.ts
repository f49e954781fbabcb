import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import type { Op } from "../op.js";
import { assertEntries, type ReductionOptions } from "../reduction.js";
import { assertDType } from "../rules.js";
import { squareRoot } from "../square-root.js";
import type { Tensor } from "../tensor.js";
import { abs } from "./abs.op.js";
import { max } from "./max.op.js";
import { mul } from "./mul.op.js";
import { sum } from "./sum.op.js";

/** Options of {@link norm}. */
export interface NormOptions extends ReductionOptions {
  /** 1: Σ |x|. 2 (the default): √Σ x². `Infinity`: the largest |x|. */
  readonly p?: number;
}

/**
 * The p-norm of all entries, or of those along some axes. Its gradient at 0 is 0. The squares of p = 2 overflow in f32 when
 * an entry is above 1.8e19. PyTorch: `torch.linalg.vector_norm`.
 *
 * - `x` - `[...]`; returns the other axes, and with `keepDims` the given ones with size 1
 *
 * @throws HeedError when `p` is none of 1, 2 and `Infinity`
 */
export const norm: Op<[x: Tensor], NormOptions> = composite({
  name: "norm",
  inputs: ["x"],
  options: { "axis?": "axes", "keepDims?": "boolean", "p?": "number" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)] },
    { label: "p = 1, last axis", args: ({ randn }) => [randn(2, 3)], params: { p: 1, axis: -1 } },
    { label: "p = ∞, kept", args: ({ randn }) => [randn(3, 4)], params: { p: Infinity, axis: 0, keepDims: true } },
    { label: "two axes", args: ({ randn }) => [randn(2, 3, 2)], params: { axis: [0, 2] } },
    { label: "at 0", args: ({ randn }) => [mul(randn(2, 3), 0)], params: { axis: 1 }, exactGradient: false },
  ],
  check: ({ p = 2, axis }, x) => {
    assertDType("norm", "x", x, "f32");
    if (p === Number.POSITIVE_INFINITY) assertEntries("norm", x, { axis });
    if (p !== 1 && p !== 2 && p !== Number.POSITIVE_INFINITY) {
      throw new HeedError(`norm: p must be 1, 2 or Infinity, got ${String(p)}.`);
    }
  },
  compose: ({ p = 2, ...options }, x) => {
    if (p === 2) return squareRoot(sum(mul(x, x), options));
    return p === 1 ? sum(abs(x), options) : max(abs(x), options);
  },
});
