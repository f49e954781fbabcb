import { HeedError } from "@heed/core";
import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { expand } from "./expand.op.js";
import { reshape } from "./reshape.op.js";

/**
 * Repeats x as a whole: `repeats[i]` times along axis i. Fewer counts than axes apply to the last axes; more counts add
 * leading axes. PyTorch: `torch.tile`.
 *
 * - `x` - `[a, b]`; returns `[a · repeats[0], b · repeats[1]]`, and so for other ranks
 *
 * @throws HeedError when a count is not an integer ≥ 0
 * @example
 * tile(tensor([1, 2]), { repeats: [2, 2] }); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export const tile: Op<[x: Tensor], { repeats: readonly number[] }> = composite({
  name: "tile",
  inputs: ["x"],
  options: { repeats: "integers" },
  shapes: "... -> ...",
  samples: [
    { args: ({ randn }) => [randn(2, 3)], params: { repeats: [3, 2] } },
    { label: "last axis", args: ({ randn }) => [randn(2, 3)], params: { repeats: [2] } },
    { label: "new axis", args: ({ randn }) => [randn(3)], params: { repeats: [2, 1] } },
  ],
  check: ({ repeats }) => {
    if (repeats.some((count) => count < 0)) {
      throw new HeedError(`tile: repeats must be integers ≥ 0, got [${repeats.join(", ")}].`);
    }
  },
  compose: ({ repeats }, x) => {
    const rank = Math.max(repeats.length, x.shape.length);
    const lengths = [...new Array<number>(rank - x.shape.length).fill(1), ...x.shape];
    const counts = [...new Array<number>(rank - repeats.length).fill(1), ...repeats];
    const paired = reshape(x, { shape: lengths.flatMap((length) => [1, length]) });
    const repeated = expand(paired, { shape: lengths.flatMap((length, i) => [counts[i]!, length]) });
    return reshape(repeated, { shape: lengths.map((length, i) => length * counts[i]!) });
  },
});
