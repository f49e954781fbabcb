import { type Primitives, sizeOf } from "@heed/tensor";
import { bufferOf } from "../buffer.js";
import type { Device } from "../device.js";
import type { Kernel } from "../kernel.js";
import { assertInside } from "../limits.js";

/** `length` is x's along the axis, `count` that of the indices. Indices outside read an end: memory stays its owner's. */
const gatherKernel: Kernel = {
  name: "gather",
  parameters: { values: "values", indices: "values", length: "integer", count: "integer", inner: "integer" },
  body: `
    let id = indices[this.thread.x];
    if (id < 0.0) { id = 0.0; }
    if (id >= length) { id = length - 1.0; }
    return values[at(at(quotient(quotient(this.thread.x, inner), count), length, id), inner, remainder(this.thread.x, inner))];`,
};

/** Each element of the result looks through the indices along its axis, in order: the same sum every time. */
const scatterKernel: Kernel = {
  name: "scatterAdd",
  parameters: { values: "values", indices: "values", length: "integer", count: "integer", inner: "integer" },
  body: `
    const own = remainder(quotient(this.thread.x, inner), length);
    let total = 0.0;
    for (let k = 0; k < count; k++) {
      const id = indices[at(at(quotient(quotient(this.thread.x, inner), length), count, k), inner, remainder(this.thread.x, inner))];
      const value = values[at(at(quotient(quotient(this.thread.x, inner), length), count, k), inner, remainder(this.thread.x, inner))];
      if (id == own) { total += value; }
    }
    return total;`,
};

export function indexing(device: Device): Pick<Primitives, "gather" | "scatterAdd"> {
  return {
    gather(x, indices, axis) {
      assertInside("gather", "indices", indices, x.shape[axis]!);
      const inner = sizeOf(x.shape.slice(axis + 1));
      const args = [bufferOf(x.buffer), bufferOf(indices.buffer), x.shape[axis]!, indices.shape[axis]!, inner];
      return device.run(gatherKernel, indices.buffer.size, args, x.dtype);
    },
    scatterAdd(x, indices, axis, shape) {
      assertInside("scatterAdd", "indices", indices, shape[axis]!);
      const inner = sizeOf(shape.slice(axis + 1));
      const args = [bufferOf(x.buffer), bufferOf(indices.buffer), shape[axis]!, indices.shape[axis]!, inner];
      return device.run(scatterKernel, sizeOf(shape), args);
    },
  };
}
