import { expectCaught, type PlantedFault } from "@heed/core/testing";
import { test } from "vitest";
import { after, at, type Change, checksOf, edited, last, valuesOf } from "../../testing/plant-backend.js";

/** Kernels that calculate. */
const faults: readonly PlantedFault<Change>[] = [
  {
    name: "sum is wrong over the middle of three axes",
    plant: (reference) => ({
      reduce: (kernel, x, axes) =>
        edited(reference.reduce(kernel, x, axes), (values) => {
          if (kernel === "sum" && axes.join() === "1" && x.shape.length === 3) values.reverse();
        }),
    }),
    caughtBy: at("reduce"),
  },
  {
    name: "sum of two axes apart",
    plant: (reference) => ({
      reduce: (kernel, x, axes) =>
        edited(reference.reduce(kernel, x, axes), (values) => {
          if (axes.join() === "0,2" && values.length > 1) values[1] = values[0]!;
        }),
    }),
    caughtBy: at("reduce"),
  },
  {
    name: "max starts at 0",
    plant: (reference) => ({
      reduce: (kernel, x, axes) =>
        edited(reference.reduce(kernel, x, axes), (values) => {
          if (kernel === "max")
            values.forEach((value, i) => {
              values[i] = Math.max(0, value);
            });
        }),
    }),
    caughtBy: at("reduce"),
  },
  {
    name: "min leaves out what exceeds a multiple of 16",
    plant: (reference) => ({
      reduce: (kernel, x, axes) => {
        if (kernel !== "min" || x.shape.length !== 1 || x.shape[0]! < 17 || axes.length === 0)
          return reference.reduce(kernel, x, axes);
        const part = reference.slice(x, [0], [x.shape[0]! - (x.shape[0]! % 16)]);
        const out = reference.reduce(kernel, { ...x, buffer: part, shape: [part.size] }, axes);
        reference.free(part);
        return edited(out, (values) => {
          values[0]! += 1e-3;
        });
      },
    }),
    caughtBy: at("reduce"),
  },
  {
    name: "the count of truth values is f32",
    plant: (reference) => ({
      reduce: (kernel, x, axes) => {
        const out = reference.reduce(kernel, x, axes);
        if (x.dtype !== "bool") return out;
        const cast = reference.cast({ buffer: out, shape: [out.size], dtype: "i32" }, "f32");
        reference.free(out);
        return cast;
      },
    }),
    caughtBy: at("reduce"),
  },
  {
    name: "argmax takes the last of equal values",
    plant: (reference) => ({
      argmax: (x, axis) =>
        edited(reference.argmax(x, axis), (values) => {
          const v = valuesOf(x.buffer);
          if (x.shape.length === 1) values[0] = v.lastIndexOf(Math.max(...v));
        }),
    }),
    caughtBy: at("argmax"),
  },
  {
    name: "argmax along the first axis",
    plant: after("argmax", (values, x, axis) => {
      if (axis === 0 && x.shape.length > 1 && values.length > 1) values[1] = 0;
    }),
    caughtBy: at("argmax"),
  },
  {
    name: "where ignores the shape of a broadcast condition",
    plant: after("where", (values, condition, _a, b, shape) => {
      if (condition.shape.join() !== shape.join() && b.buffer.size === values.length) values.set(valuesOf(b.buffer));
    }),
    caughtBy: at("where"),
  },
  {
    name: "matmul drops columns beyond a multiple of four",
    plant: (reference) => ({
      matmul: (a, b, shape, transposed) =>
        edited(reference.matmul(a, b, shape, transposed), (values) => {
          const n = shape.at(-1)!;
          if (n > 4 && n % 4 > 0) values[n - 1] = 0;
        }),
    }),
    caughtBy: at("matmul"),
  },
  {
    name: "matmul is wrong beyond 64 rows",
    plant: (reference) => ({
      matmul: (a, b, shape, transposed) =>
        edited(reference.matmul(a, b, shape, transposed), (values) => {
          if (shape.at(-2)! > 64) values[last(values)]! += 1;
        }),
    }),
    caughtBy: at("matmul"),
  },
  {
    name: "matmul repeats the first matrix of a batch",
    plant: (reference) => ({
      matmul: (a, b, shape, transposed) =>
        edited(reference.matmul(a, b, shape, transposed), (values) => {
          const size = shape.at(-1)! * shape.at(-2)!;
          if (shape.length === 4 && size > 1) values.copyWithin(size, 0, size);
        }),
    }),
    caughtBy: at("matmul"),
  },
  {
    name: "matmul ignores that both are transposed",
    plant: (reference) => ({
      matmul: (a, b, shape, transposed) =>
        edited(reference.matmul(a, b, shape, transposed), (values) => {
          if (transposed.a && transposed.b && values.length > 1) values.reverse();
        }),
    }),
    caughtBy: at("matmul"),
  },
  {
    name: "matmul over no inner axis leaves garbage",
    plant: (reference) => ({
      matmul: (a, b, shape, transposed) =>
        edited(reference.matmul(a, b, shape, transposed), (values) => {
          if (a.buffer.size === 0) values.fill(7);
        }),
    }),
    caughtBy: at("matmul"),
  },
  {
    name: "a row that is broadcast moves on too far",
    plant: (reference) => ({
      binary: (kernel, a, b, shape) =>
        edited(reference.binary(kernel, a, b, shape), (values) => {
          if (b.shape.length < a.shape.length && b.shape.length > 0 && values.length > 1)
            values[last(values)] = values[0]!;
        }),
    }),
    caughtBy: at("binary"),
  },
  {
    name: "i32 division rounds down",
    plant: (reference) => ({
      binary: (kernel, a, b, shape) =>
        edited(reference.binary(kernel, a, b, shape), (values) => {
          if (kernel === "div" && a.dtype === "i32" && a.buffer.size === b.buffer.size)
            values.forEach((_, i) => {
              values[i] = Math.floor(valuesOf(a.buffer)[i]! / valuesOf(b.buffer)[i]!);
            });
        }),
    }),
    caughtBy: at("binary"),
  },
  {
    name: "i32 products are calculated in f32",
    plant: (reference) => ({
      binary: (kernel, a, b, shape) =>
        edited(reference.binary(kernel, a, b, shape), (values) => {
          if (kernel === "add" && a.dtype === "i32")
            values.forEach((value, i) => {
              values[i] = Math.fround(value * 1e6) / 1e6 + (value === 77 ? 1 : 0);
            });
        }),
    }),
    caughtBy: at("binary"),
  },
  {
    name: "comparisons are f32",
    plant: (reference) => ({
      binary: (kernel, a, b, shape) => {
        const out = reference.binary(kernel, a, b, shape);
        if (kernel !== "less") return out;
        const cast = reference.cast({ buffer: out, shape, dtype: "bool" }, "f32");
        reference.free(out);
        return cast;
      },
    }),
    caughtBy: at("binary"),
  },
  {
    name: "less or equal is less",
    plant: (reference) => ({
      binary: (kernel, a, b, shape) => reference.binary(kernel === "lessEqual" ? "less" : kernel, a, b, shape),
    }),
    caughtBy: at("binary"),
  },
  {
    name: "NaN equals itself",
    plant: (reference) => ({
      binary: (kernel, a, b, shape) =>
        edited(reference.binary(kernel, a, b, shape), (values) => {
          if (kernel === "equal" && a.buffer.size === values.length)
            valuesOf(a.buffer).forEach((value, i) => {
              if (Number.isNaN(value)) values[i] = 1;
            });
        }),
    }),
    caughtBy: "kernel: ±∞ and NaN are moved and compared",
  },
  {
    name: "tanh is approximated",
    plant: (reference) => ({
      unary: (kernel, x) =>
        edited(reference.unary(kernel, x), (values) => {
          if (kernel === "tanh")
            valuesOf(x.buffer).forEach((v, i) => {
              values[i] = v / (1 + Math.abs(v));
            });
        }),
    }),
    caughtBy: at("unary"),
  },
  {
    name: "exp is wrong in what exceeds a vector of eight",
    plant: (reference) => ({
      unary: (kernel, x) =>
        edited(reference.unary(kernel, x), (values) => {
          if (kernel === "exp" && values.length > 8 && values.length % 8 > 0) values[last(values)]! *= 1.001;
        }),
    }),
    caughtBy: at("unary"),
  },
  {
    name: "sigmoid of a large value is NaN",
    plant: (reference) => ({
      unary: (kernel, x) =>
        edited(reference.unary(kernel, x), (values) => {
          if (kernel === "sigmoid")
            valuesOf(x.buffer).forEach((v, i) => {
              values[i] = Math.exp(v) / (1 + Math.exp(v));
            });
        }),
    }),
    caughtBy: "kernel: sigmoid of extreme values",
  },
  {
    name: "round takes halves up",
    plant: (reference) => ({
      unary: (kernel, x) =>
        edited(reference.unary(kernel, x), (values) => {
          if (kernel === "round")
            valuesOf(x.buffer).forEach((v, i) => {
              values[i] = Math.round(v);
            });
        }),
    }),
    caughtBy: "round takes halves to the even neighbour, floor to the lower one",
  },
  {
    name: "an operand that is given twice is read wrongly",
    plant: (reference) => ({
      binary: (kernel, a, b, shape) =>
        edited(reference.binary(kernel, a, b, shape), (values) => {
          if (a.buffer === b.buffer && values.length > 0) values[0]! += 1;
        }),
    }),
    caughtBy: "kernel: each on 70,001 elements",
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant), caughtBy));
