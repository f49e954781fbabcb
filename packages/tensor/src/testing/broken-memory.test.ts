import { expectCaught, type PlantedFault } from "@heed/core/testing";
import { test } from "vitest";
import { at, type Change, checksOf, valuesOf } from "../../testing/plant-backend.js";

/** Memory that is shared, changed, kept or not counted. */
const faults: readonly PlantedFault<Change>[] = [
  {
    name: "a kernel writes its operand",
    plant: (reference) => ({
      unary: (kernel, x) => {
        const out = reference.unary(kernel, x);
        if (kernel === "relu") valuesOf(x.buffer).set(valuesOf(out));
        return out;
      },
    }),
    caughtBy: at("unary"),
  },
  {
    name: "a cast to the same dtype returns its operand",
    plant: (reference) => ({ cast: (x, dtype) => (x.dtype === dtype ? x.buffer : reference.cast(x, dtype)) }),
    caughtBy: at("cast"),
  },
  {
    name: "a reshape by expand shares memory",
    plant: (reference) => ({
      expand: (x, shape) => {
        const out = reference.expand(x, shape);
        return x.shape.join() === shape.join() && out.size > 0
          ? Object.assign(out, { values: valuesOf(x.buffer).fill(0) })
          : out;
      },
    }),
    caughtBy: at("expand"),
  },
  {
    name: "a buffer is larger than its tensor",
    plant: (reference) => ({
      transpose: (x, order) => Object.assign(reference.transpose(x, order), { size: x.buffer.size + 1 }),
    }),
    caughtBy: at("transpose"),
  },
  { name: "nothing is freed", plant: () => ({ free: () => {} }), caughtBy: "memory: is counted and given back" },
  {
    name: "memory is not counted",
    plant: () => ({ memory: () => ({ buffers: 0, bytes: 0 }) }),
    caughtBy: "memory: is counted and given back",
  },
  {
    name: "a kernel leaks scratch memory",
    plant: (reference) => ({
      concat: (xs, axis, shape) => {
        reference.fill(4, 0, "f32");
        return reference.concat(xs, axis, shape);
      },
    }),
    caughtBy: at("concat"),
  },
  {
    name: "upload keeps the array of the host",
    plant: (reference) => ({ upload: (values, dtype) => Object.assign(reference.upload(values, dtype), { values }) }),
    caughtBy: "memory: values come back as they went in",
  },
  {
    name: "download returns the memory itself",
    plant: () => ({ download: async (buffer) => valuesOf(buffer), downloadSync: valuesOf }),
    caughtBy: "memory: values come back as they went in",
  },
  {
    name: "a view is a copy",
    plant: () => ({ view: (buffer) => valuesOf(buffer).slice() }),
    caughtBy: "memory: a view is the memory of a buffer",
  },
  {
    name: "a view is longer than its buffer",
    plant: () => ({ view: (buffer) => new Float32Array([...valuesOf(buffer), 0]) }),
    caughtBy: "memory: a view is the memory of a buffer",
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant), caughtBy));
