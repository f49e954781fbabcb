import { expectCaught, type PlantedFault } from "@heed/core/testing";
import { expect, test } from "vitest";
import { type Change, edited, valuesOf } from "../../testing/plant-backend.js";
import { cpu, type UnaryKernel } from "../index.js";
import { measureNumerics, numericsChecks, numericsRows } from "./index.js";

/** A backend on which one function of each element is another one. */
const instead =
  (kernel: UnaryKernel, define: (x: number) => number): Change =>
  (reference) => ({
    unary: (asked, x) =>
      edited(reference.unary(asked, x), (values) => {
        if (asked === kernel) values.set(Float32Array.from(valuesOf(x.buffer), define));
      }),
  });

/** A backend on which one reduction is edited. */
const reduced =
  (asked: "sum" | "max", edit: (values: Float32Array, x: Float32Array) => void): Change =>
  (reference) => ({
    reduce: (kernel, x, axes) =>
      edited(reference.reduce(kernel, x, axes), (values) => {
        if (kernel === asked) edit(values as Float32Array, valuesOf(x.buffer) as Float32Array);
      }),
  });

const faults: readonly PlantedFault<Change>[] = [
  {
    name: "exp of large numbers loses three digits",
    plant: instead("exp", (x) => Math.exp(Math.fround(x * (1 + 2e-7)))),
    caughtBy: "exp: largest error",
  },
  {
    name: "tanh saturates below 1",
    plant: instead("tanh", (x) => Math.max(-0.99999976, Math.min(0.99999976, Math.tanh(x)))),
    caughtBy: "tanh: special values",
  },
  {
    name: "sigmoid saturates above 0",
    plant: instead("sigmoid", (x) => 1 / (1 + Math.exp(-Math.max(x, -16.5)))),
    caughtBy: "sigmoid: largest error",
  },
  {
    name: "sigmoid saturates below 1, and keeps a gradient",
    plant: instead("sigmoid", (x) => 1 / (1 + Math.exp(-Math.min(x, 15)))),
    caughtBy: "sigmoid: special values",
  },
  {
    name: "exp of NaN is a number",
    plant: instead("exp", (x) => (Number.isNaN(x) ? 1 : Math.exp(x))),
    caughtBy: "exp: special values",
  },
  {
    name: "sin of −0 is 0",
    plant: instead("sin", (x) => Math.sin(x) + 0),
    caughtBy: "sin: special values",
  },
  {
    name: "log1p is log(1 + x)",
    plant: instead("log1p", (x) => Math.log(Math.fround(1 + x))),
    caughtBy: "log1p: largest error",
  },
  {
    name: "subnormal results are 0",
    plant: instead("exp", (x) => (x < -87.4 ? 0 : Math.exp(x))),
    caughtBy: "exp: largest error",
  },
  {
    name: "sums are added up in f32",
    plant: reduced("sum", (values, x) => {
      if (values.length === 0 || x.length < 1000) return;
      const count = x.length / values.length;
      values.forEach((_, row) => {
        let total = 0;
        for (let k = 0; k < count; k++) total = Math.fround(total + x[row * count + k]!);
        values[row] = total;
      });
    }),
    caughtBy: "sum of one sign: largest error",
  },
  {
    name: "max leaves NaN out",
    plant: reduced("max", (values, x) => {
      if (values.length === 1) values[0] = Math.max(...x.filter((v) => !Number.isNaN(v)));
    }),
    caughtBy: "max: special values",
  },
  {
    name: "the sum of no numbers is garbage",
    plant: reduced("sum", (values, x) => {
      if (x.length === 0) values.fill(3);
    }),
    caughtBy: "sum: empty tensors",
  },
  {
    name: "1 to the power of NaN is NaN",
    plant: (reference) => ({
      binary: (kernel, a, b, shape) =>
        edited(reference.binary(kernel, a, b, shape), (values) => {
          if (kernel === "pow" && valuesOf(b.buffer).some(Number.isNaN)) values.fill(Number.NaN);
        }),
    }),
    caughtBy: "pow: special values",
  },
  {
    name: "a backend states a bound of a function that is not in the table",
    plant: () => ({ numerics: { bounds: { tan: { ulp: 3 } } } }),
    caughtBy: "bounds are of known functions",
  },
  {
    name: "a backend states a larger error, and keeps it",
    plant: (reference) => ({
      numerics: { bounds: { exp: { ulp: 40 } } },
      ...instead("exp", (x) => Math.exp(x) * (1 + 2e-6))(reference),
    }),
    caughtBy: null,
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) => {
  const reference = cpu();
  const checks = numericsChecks(() => ({ ...reference, ...plant(reference) }));
  // Where exp is wrong, so is what is made of it.
  const own = caughtBy === null ? checks.filter(({ name }) => name.endsWith("exp: largest error")) : checks;
  return expectCaught(own, caughtBy);
});

test("errors are measured in ulp and absolutely, and a fault names the argument", async () => {
  const row = numericsRows.find(({ name }) => name === "abs")!;
  const reference = cpu();
  const backend = { ...reference, ...instead("abs", (x) => Math.abs(x) + (x === 2 ? 2 ** -20 : 0))(reference) };
  const measured = await measureNumerics(row, backend, { ulp: 1 });
  expect(measured).toMatchObject({ ulp: 4, absolute: 2 ** -20 });
  expect(measured.fault).toBe("at 2 the result is 2.0000009536743164, expected 2: 4.00 ulp, 9.54e-7");
  expect((await measureNumerics(row, backend, { ulp: 1, absolute: 1e-6 })).fault).toBeNull();
  expect((await measureNumerics(row, backend, { ulp: 4 })).fault).toBeNull();
  expect(measured.count).toBeGreaterThan(70_000);
});
