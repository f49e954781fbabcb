import { type FusedKernel, fuse, rowsOf, topK } from "@heed/tensor";
import { addressOf, make, rowGrain, type Toolbox } from "./toolbox.js";

/** topK of the largest entries along the last axis, in one pass. */
export function topKKernel(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const select = engine.kernel("topK");
  const gradient = engine.kernel("topKGradient");
  return [
    fuse(topK, {
      accepts: ([x], { k, axis = -1, largest = true }) =>
        largest && k > 0 && x.buffer.size > 0 && (axis === -1 || axis === x.shape.length - 1),
      forward([x], { k }) {
        const { rows, n } = rowsOf(x);
        const shape = [...x.shape.slice(0, -1), k];
        const [values, indices] = [make(box, shape), make(box, shape, "i32")];
        const to = [values.buffer.pointer, indices.buffer.pointer];
        engine.run(select, rows, rowGrain(n), 0, [addressOf(x), ...to, n, k]);
        return { outputs: [values, indices] };
      },
      vjp({ inputs: [x], outputs: [, indices], cotangents: [g], params: { k } }) {
        const { rows, n } = rowsOf(x);
        const out = make(box, x.shape);
        const args = [addressOf(g), addressOf(indices), out.buffer.pointer, n, k];
        engine.run(gradient, rows, rowGrain(n), 0, args);
        return [out];
      },
    }),
  ];
}
