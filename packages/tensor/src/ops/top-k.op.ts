import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import { arange, tensor } from "../create.js";
import { detach } from "../detach.js";
import type { Op } from "../op.js";
import { assertDType } from "../rules.js";
import { scope } from "../scope.js";
import { normalizeAxis } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { argmax } from "./argmax.op.js";
import { concat } from "./concat.op.js";
import { equal } from "./equal.op.js";
import { expandDims } from "./expand-dims.op.js";
import { gather } from "./gather.op.js";
import { max } from "./max.op.js";
import { neg } from "./neg.op.js";
import { notEqual } from "./not-equal.op.js";
import { reshape } from "./reshape.op.js";
import { where } from "./where.op.js";

/** Options of {@link topK}. */
export interface TopKOptions {
  /** How many entries; from 0 to the length of the axis. */
  readonly k: number;
  /** By default the last one. */
  readonly axis?: number;
  /** By default true; false selects the smallest entries. */
  readonly largest?: boolean;
}

/**
 * The k largest entries along an axis, in descending order, and their indices as i32: `[values, indices]`. Of equal entries
 * the lower index comes first. NaN counts as the largest. With `largest: false` the smallest entries, in ascending order.
 *
 * Each entry is found by one pass over x, so that the time grows with k · n; nothing is read back. The gradient flows to
 * the entries that were selected. PyTorch: `torch.topk`.
 *
 * - `x` - f32 `[..., n, ...]`; returns two tensors `[..., k, ...]`
 *
 * @throws HeedError when `k` is not an integer from 0 to the length of the axis
 * @example
 * const [values, indices] = topK(logits, { k: 5 }); // [b, n] -> [b, 5], [b, 5]
 */
export const topK: Op<[x: Tensor], TopKOptions, readonly [values: Tensor, indices: Tensor]> = composite({
  name: "topK",
  inputs: ["x"],
  options: { k: "integer", "axis?": "integer", "largest?": "boolean" },
  shapes: "... -> ..., ...",
  samples: [
    { args: ({ randn }) => [randn(3, 7)], params: { k: 3 } },
    { label: "first axis", args: ({ randn }) => [randn(5, 2)], params: { k: 2, axis: 0 } },
    { label: "smallest", args: ({ randn }) => [randn(2, 6)], params: { k: 4, largest: false } },
    { label: "all", args: ({ randn }) => [randn(2, 5)], params: { k: 5 } },
  ],
  check: ({ k, axis = -1 }, x) => {
    assertDType("topK", "x", x, "f32");
    const length = x.shape[normalizeAxis("topK", axis, x.shape.length)]!;
    if (k < 0 || k > length) {
      throw new HeedError(`topK: k must be an integer from 0 to ${length}, the length of axis ${axis}, got ${k}.`);
    }
  },
  compose: ({ k, axis = -1, largest = true }, x) => {
    const position = normalizeAxis("topK", axis, x.shape.length);
    const indices = scope(() => select(largest ? detach(x) : neg(detach(x)), k, position, largest ? 4 : 1));
    return [gather(x, indices, { axis: position }), indices];
  },
});

/** Classes of entries, highest first: each pass selects from the highest class that has entries left. */
const [finite, lowest, taken] = [3, 2, 0];

/** @param nanClass - that of NaN: above or below all others */
function select(x: Tensor, k: number, axis: number, nanClass: number): Tensor {
  const length = x.shape[axis]!;
  const along = x.shape.map((_, i) => (i === axis ? length : 1));
  const positions = reshape(arange(0, length, x.backend), { shape: along });
  let classes = where(equal(x, Number.NEGATIVE_INFINITY), lowest, where(notEqual(x, x), nanClass, finite));
  // Within the other classes all entries are alike, so that the first one is selected.
  const values = where(equal(classes, finite), x, 0);
  const indices: Tensor[] = [];
  for (let i = 0; i < k; i++) {
    const best = max(classes, { axis, keepDims: true });
    const candidates = where(equal(classes, best), values, Number.NEGATIVE_INFINITY);
    const index = expandDims(argmax(candidates, { axis }), { axis });
    indices.push(index);
    if (i < k - 1) classes = where(equal(positions, index), taken, classes);
  }
  if (indices.length > 0) return concat(indices, { axis });
  return tensor(new Int32Array(0), { shape: x.shape.with(axis, 0), backend: x.backend });
}
