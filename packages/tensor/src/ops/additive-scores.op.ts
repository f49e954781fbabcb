import { composite } from "../composite.js";
import type { Op } from "../op.js";
import type { Tensor } from "../tensor.js";
import { add } from "./add.op.js";
import { expandDims } from "./expand-dims.op.js";
import { matmul } from "./matmul.op.js";
import { reshape } from "./reshape.op.js";
import { tanh } from "./tanh.op.js";

/**
 * vᵀ tanh(query + keys) for every pair of a query and a key, both already projected to the attention width d.
 *
 * - `query` - `[b, q, d]`; `keys` - `[b, k, d]`; `v` - `[d]`; returns `[b, q, k]`
 */
export const additiveScores: Op<[query: Tensor, keys: Tensor, v: Tensor]> = composite({
  name: "additiveScores",
  inputs: ["query", "keys", "v"],
  dtypes: ["f32", "f32", "f32"],
  shapes: "b q d, b k d, d -> b q k",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473, App. A.1.2",
  samples: [
    { args: ({ randn }) => [randn(2, 3, 4), randn(2, 5, 4), randn(4)] },
    { label: "one query", args: ({ randn }) => [randn(3, 1, 7), randn(3, 6, 7), randn(7)] },
  ],
  compose: (_params, query, keys, v) => {
    const [b, q, d] = query.shape as [number, number, number];
    const k = keys.shape[1]!;
    const hidden = tanh(add(expandDims(query, { axis: 2 }), expandDims(keys, { axis: 1 }))); // b q k d
    const scores = matmul(reshape(hidden, { shape: [-1, d] }), reshape(v, { shape: [d, 1] })); // b·q·k 1
    return reshape(scores, { shape: [b, q, k] });
  },
});
