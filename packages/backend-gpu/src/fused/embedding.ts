import { embedding, type FusedKernel, fuse } from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { assertInside } from "../limits.js";
import { areFilled, of, release, result, type Toolbox } from "./toolbox.js";

const lookup: Kernel = {
  name: "embedding",
  parameters: { table: "values", ids: "values", rows: "integer", width: "integer" },
  body: `
    let id = ids[quotient(this.thread.x, width)];
    if (id < 0.0) { id = 0.0; }
    if (id >= rows) { id = rows - 1.0; }
    return table[at(id, width, remainder(this.thread.x, width))];`,
};

/** `index` holds where each row's places begin, one more than there are rows, and then the places by row. */
const scatter: Kernel = {
  name: "embedding gradient",
  parameters: { g: "values", index: "values", rows: "integer", width: "integer" },
  body: `
    const start = index[quotient(this.thread.x, width)];
    const count = index[quotient(this.thread.x, width) + 1] - start;
    let sum = 0.0;
    for (let p = 0; p < count; p++) {
      const place = index[rows + 1 + start + p];
      sum += g[at(place, width, remainder(this.thread.x, width))];
    }
    return sum;`,
};

/** For ids that only the device knows: each row looks through all of them. */
const search: Kernel = {
  name: "embedding gradient, by search",
  parameters: { g: "values", ids: "values", count: "integer", width: "integer", padding: "number" },
  body: `
    const own = quotient(this.thread.x, width);
    let sum = 0.0;
    if (own == padding) { return 0.0; }
    for (let p = 0; p < count; p++) {
      const id = ids[p];
      const value = g[at(p, width, remainder(this.thread.x, width))];
      if (id == own) { sum += value; }
    }
    return sum;`,
};

/** Where each of `rows` ids stands, in order: sums of gradients are the same every time. */
function placesById(ids: ArrayLike<number>, rows: number, padding: number | undefined): Int32Array {
  const index = new Int32Array(rows + 1 + ids.length);
  const counts = (id: number): boolean => id !== padding && id >= 0 && id < rows;
  for (let i = 0; i < ids.length; i++) if (counts(ids[i]!)) index[ids[i]! + 1]!++;
  for (let id = 0; id < rows; id++) index[id + 1]! += index[id]!;
  const next = index.slice(0, rows);
  for (let i = 0; i < ids.length; i++) if (counts(ids[i]!)) index[rows + 1 + next[ids[i]!]!++] = i;
  return index;
}

/** Rows of a table by id, and back. */
export function embeddingKernels(box: Toolbox): FusedKernel[] {
  const { device } = box;
  return [
    fuse(embedding, {
      accepts: ([table, ids]) => areFilled(table) && ids.buffer.size > 0,
      forward([table, ids]) {
        const [rows, width] = table.shape as [number, number];
        assertInside("embedding", "ids", ids, rows);
        const out = device.run(lookup, ids.buffer.size * width, [of(table), of(ids), rows, width]);
        return { outputs: [result(out, [...ids.shape, width])] };
      },
      vjp({ inputs: [table, ids], cotangents: [g], params: { paddingIndex }, needs }) {
        if (!needs[0]) return [null, null];
        const [rows, width] = table.shape as [number, number];
        const known = of(ids).known;
        let out: GpuBuffer;
        if (known) {
          const index = device.upload(placesById(known, rows, paddingIndex), "i32");
          out = device.run(scatter, rows * width, [of(g!), index, rows, width]);
          release(box, index);
        } else {
          const args = [of(g!), of(ids), ids.buffer.size, width, paddingIndex ?? -1];
          out = device.run(search, rows * width, args);
        }
        return [result(out, table.shape), null];
      },
    }),
  ];
}
