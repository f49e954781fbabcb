import { expectCaught, type PlantedFault } from "@heed/core/testing";
import { test } from "vitest";
import { after, at, type Change, checksOf, edited, last, valuesOf } from "../../testing/plant-backend.js";

/** Kernels that move values, or make them. */
const faults: readonly PlantedFault<Change>[] = [
  { name: "none", plant: () => ({}), caughtBy: null },
  {
    name: "scatterAdd is wrong beyond 16 rows",
    plant: after("scatterAdd", (values, x, _ids, axis) => {
      if (axis === 0 && x.shape[0]! > 16) values[0] = 0;
    }),
    caughtBy: at("scatterAdd"),
  },
  {
    name: "scatterAdd is wrong beyond 256 rows",
    plant: after("scatterAdd", (values, x) => {
      if (x.shape[0]! > 256) values[last(values)]! += 1;
    }),
    caughtBy: at("scatterAdd"),
  },
  {
    name: "scatterAdd writes the last duplicate",
    plant: (reference) => ({
      scatterAdd: (x, ids, axis, shape) => {
        const out = reference.scatterAdd(x, ids, axis, shape);
        if (axis !== 0 || shape.length !== 1) return out;
        return edited(out, (values) =>
          valuesOf(ids.buffer).forEach((id, i) => {
            values[id] = valuesOf(x.buffer)[i]!;
          }),
        );
      },
    }),
    caughtBy: at("scatterAdd"),
  },
  {
    name: "scatterAdd adds to what memory held before",
    plant: after("scatterAdd", (values, _x, _ids, _axis, shape) => {
      if (shape.length === 2) for (let i = 0; i < values.length; i++) values[i]! += 123;
    }),
    caughtBy: at("scatterAdd"),
  },
  {
    name: "gather is wrong for an axis of more than 64",
    plant: after("gather", (values, x, _ids, axis) => {
      if (x.shape[axis]! > 64) values[last(values)] = 9;
    }),
    caughtBy: at("gather"),
  },
  {
    name: "gather is wrong along inner axes",
    plant: after("gather", (values, x, _ids, axis) => {
      if (axis === 1 && x.shape.length === 3 && values.length > 1) values[1] = values[0]!;
    }),
    caughtBy: at("gather"),
  },
  {
    name: "gather of bool reads four bytes",
    plant: after("gather", (values, x) => {
      if (x.dtype === "bool" && values.length > 8) values[8] = 1 - values[8]!;
    }),
    caughtBy: at("gather"),
  },
  {
    name: "slice forgets where the last axis starts",
    plant: (reference) => ({
      slice: (x, starts, shape) => reference.slice(x, starts.length > 1 ? starts.with(-1, 0) : starts, shape),
    }),
    caughtBy: at("slice"),
  },
  {
    name: "slice copies whole vectors of four alone",
    plant: after("slice", (values, _x, _starts, shape) => {
      const row = shape.at(-1) ?? 1;
      if (row > 4 && row % 4 > 0) values[row - 1] = 0;
    }),
    caughtBy: at("slice"),
  },
  {
    name: "pad fills i32 with 0",
    plant: (reference) => ({
      pad: (x, starts, shape, value) => reference.pad(x, starts, shape, x.dtype === "i32" ? 0 : value),
    }),
    caughtBy: at("pad"),
  },
  {
    name: "pad lays the block at the start",
    plant: (reference) => ({
      pad: (x, starts, shape, value) =>
        reference.pad(
          x,
          starts.map(() => 0),
          shape,
          value,
        ),
    }),
    caughtBy: at("pad"),
  },
  {
    name: "concat leaves out what follows an empty part",
    plant: (reference) => ({
      concat: (xs, axis, shape) =>
        edited(reference.concat(xs, axis, shape), (values) => {
          if (xs.some(({ buffer }) => buffer.size === 0) && values.length > 0) values[last(values)] = 0;
        }),
    }),
    caughtBy: at("concat"),
  },
  {
    name: "concat of bool along an inner axis",
    plant: after("concat", (values, xs, axis) => {
      if (xs[0]!.dtype === "bool" && axis > 0) values.fill(1);
    }),
    caughtBy: at("concat"),
  },
  {
    name: "transpose of three axes swaps two",
    plant: (reference) => ({
      transpose: (x, order) => reference.transpose(x, order.join() === "2,0,1" ? [1, 2, 0] : order),
    }),
    caughtBy: at("transpose"),
  },
  {
    name: "transpose is wrong where a side is odd and above 16",
    plant: after("transpose", (values, x) => {
      if (x.shape.length === 2 && x.shape.some((size) => size > 16 && size % 2 === 1)) values[1] = values[0]!;
    }),
    caughtBy: at("transpose"),
  },
  {
    name: "expand repeats the wrong axis",
    plant: after("expand", (values, x, shape) => {
      if (x.shape.length === shape.length && x.shape.at(-1) === 1 && shape.at(-1)! > 1) values.reverse();
    }),
    caughtBy: at("expand"),
  },
  {
    name: "f32 below 1 becomes false",
    plant: (reference) => ({
      cast: (x, dtype) =>
        edited(reference.cast(x, dtype), (values) => {
          if (dtype === "bool" && x.dtype === "f32")
            valuesOf(x.buffer).forEach((v, i) => {
              values[i] = Math.trunc(v) === 0 ? 0 : 1;
            });
        }),
    }),
    caughtBy: at("cast"),
  },
  {
    name: "f32 to i32 rounds",
    plant: (reference) => ({
      cast: (x, dtype) =>
        edited(reference.cast(x, dtype), (values) => {
          if (dtype === "i32" && x.dtype === "f32")
            valuesOf(x.buffer).forEach((v, i) => {
              values[i] = Math.round(v);
            });
        }),
    }),
    caughtBy: at("cast"),
  },
  {
    name: "uniform reads the seed as signed",
    plant: (reference) => ({ uniform: (size, seed) => reference.uniform(size, seed > 2 ** 31 ? seed - 1 : seed) }),
    caughtBy: at("fill and uniform"),
  },
  {
    name: "uniform repeats itself after 1024 numbers",
    plant: after("uniform", (values) => {
      if (values.length > 1024) values.copyWithin(1024, 0, 7);
    }),
    caughtBy: at("fill and uniform"),
  },
  {
    name: "fill leaves out the last element",
    plant: after("fill", (values) => {
      if (values.length > 32) values[last(values)] = 0;
    }),
    caughtBy: at("fill and uniform"),
  },
  {
    name: "a block of 65,536 threads alone is filled",
    plant: after("fill", (values) => {
      if (values.length > 65_536) values.fill(0, 65_536);
    }),
    caughtBy: "kernel: each on 70,001 elements",
  },
  {
    name: "concat forgets what follows the eighth part",
    plant: after("concat", (values, parts) => {
      if (parts.length > 8) values[last(values)]! += 1;
    }),
    caughtBy: "kernel: each on 70,001 elements",
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant), caughtBy));
