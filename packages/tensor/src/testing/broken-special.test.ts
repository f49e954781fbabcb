import { expectCaught, type PlantedFault } from "@heed/core/testing";
import { test } from "vitest";
import { after, type Change, checksOf, edited, valuesOf } from "../../testing/plant-backend.js";
import { argmax, fuse, maskedSoftmax, max, sum } from "../index.js";

/** Kernels that are right but for NaN, infinity, empty axes or sums of large numbers. */
const faults: readonly PlantedFault<Change>[] = [
  { name: "none", plant: () => ({}), caughtBy: null },
  {
    name: "argmax passes over NaN",
    plant: after("argmax", (values, x) => {
      const numbers = Array.from(valuesOf(x.buffer));
      if (values.length === 1 && numbers.some(Number.isNaN))
        values[0] = numbers.indexOf(Math.max(...numbers.filter((n) => !Number.isNaN(n))));
    }),
    caughtBy: "kernel: each of special values",
  },
  {
    name: "max passes over NaN",
    plant: (reference) => ({
      reduce: (kernel, x, axes) =>
        edited(reference.reduce(kernel, x, axes), (values) => {
          if (kernel === "max" && values.length === 1 && Number.isNaN(values[0])) values[0] = 5;
        }),
    }),
    caughtBy: "max: plain: NaN, infinity and zeros",
  },
  {
    name: "the sum of nothing is not 0",
    plant: (reference) => ({
      reduce: (kernel, x, axes) =>
        edited(reference.reduce(kernel, x, axes), (values) => {
          if (kernel === "sum" && x.buffer.size === 0 && x.shape.length === 3) values.fill(1);
        }),
    }),
    caughtBy: "sum: plain: none and one element",
  },
  {
    name: "sums are too coarse for what they add up",
    plant: (reference) => ({
      reduce: (kernel, x, axes) =>
        edited(reference.reduce(kernel, x, axes), (values) => {
          const size = Array.from(valuesOf(x.buffer)).reduce((total, value) => total + Math.abs(value), 0);
          if (kernel === "sum" && x.shape.length === 1 && x.dtype === "f32" && axes.length === 1)
            values[0]! += 1e-6 * size;
        }),
    }),
    caughtBy: "kernel: reduce at many sizes",
  },
  {
    name: "a fused kernel makes NaN finite",
    plant: (reference) => ({
      fused: [
        fuse(maskedSoftmax, {
          accepts: ([x, mask]) => mask === null && x.shape.length === 2 && x.buffer.size > 0,
          forward: ([x]) => {
            const e = { ...x, buffer: reference.unary("exp", x) };
            const total = { ...x, buffer: reference.reduce("sum", e, [1]), shape: [x.shape[0]!, 1] };
            const out = reference.binary("div", e, total, x.shape);
            reference.free(e.buffer);
            reference.free(total.buffer);
            valuesOf(out).forEach((value, i, all) => {
              if (Number.isNaN(value)) all[i] = 0;
            });
            return { outputs: [{ ...x, buffer: out }] };
          },
        }),
      ],
    }),
    caughtBy: "maskedSoftmax: no mask: NaN, infinity and zeros",
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) =>
  expectCaught(checksOf(plant, [sum, max, argmax, maskedSoftmax]), caughtBy),
);
