import { ShapeError } from "./errors.js";
import { embedding } from "./ops/embedding.op.js";
import { expand } from "./ops/expand.op.js";
import { gather } from "./ops/gather.op.js";
import { reshape } from "./ops/reshape.op.js";
import { formatShape } from "./shape.js";
import type { Tensor } from "./tensor.js";
import { treeMap } from "./tree.js";

/**
 * Selects rows of the first axis of every tensor in a tree: row i of the result is row `indices[i]`. Search uses it to
 * reorder the states of hypotheses. Gradients flow to the rows that were selected.
 *
 * @param indices - i32 `[n]`; an index may occur several times
 * @returns a tree of the same structure; each tensor has the shape `[n, ...]`
 * @throws ShapeError when `indices` does not have one axis, or a tensor has no axis
 * @example
 * treeTake({ hidden }, tensor(new Int32Array([1, 1, 0]))); // rows 1, 1 and 0 of hidden
 */
export function treeTake<T>(tree: T, indices: Tensor): T {
  if (indices.shape.length !== 1) {
    throw new ShapeError(`treeTake: indices must have one axis, got ${formatShape(indices.shape)}.`);
  }
  return treeMap(tree, (x) => {
    const [first, ...rest] = x.shape;
    if (first === undefined) throw new ShapeError("treeTake: every tensor needs a first axis, got a scalar.");
    const count = indices.size;
    if (x.dtype === "f32" && x.size > 0) {
      const width = x.size / first;
      const taken = embedding(rest.length === 1 ? x : reshape(x, { shape: [first, width] }), indices); // n width
      return rest.length === 1 ? taken : reshape(taken, { shape: [count, ...rest] });
    }
    const rows = expand(reshape(indices, { shape: [count, ...rest.map(() => 1)] }), { shape: [count, ...rest] });
    return gather(x, rows, { axis: 0 });
  });
}
