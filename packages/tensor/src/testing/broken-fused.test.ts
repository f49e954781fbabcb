import { expectCaught, type PlantedFault } from "@heed/core/testing";
import { test } from "vitest";
import { after, at, type Change, checksOf, last, valuesOf } from "../../testing/plant-backend.js";
import { composite, exp, fuse, mul, type Op, type Operand, softmax, type Tensor, type TensorData } from "../index.js";

/** Faults with a state of their own, which is made anew for each test. */
const stateful: readonly PlantedFault<() => Change>[] = [
  {
    name: "results share one scratch buffer",
    plant: () => {
      const scratch = new Map<number, TensorData>();
      return (reference) => ({
        unary: (kernel, x) => {
          const out = reference.unary(kernel, x);
          const shared = scratch.get(out.size) ?? valuesOf(out).slice();
          shared.set(valuesOf(out));
          scratch.set(out.size, shared);
          return kernel === "not" ? out : Object.assign(out, { values: shared });
        },
      });
    },
    caughtBy: at("unary"),
  },
  {
    name: "every hundredth call is wrong",
    plant: () => {
      let calls = 0;
      return after("slice", (values) => {
        if (++calls % 100 === 0 && values.length > 0) values[0] = 1 - values[0]!;
      });
    },
    caughtBy: at("slice"),
  },
  {
    name: "Math.random",
    plant: () =>
      after("uniform", (values) =>
        values.forEach((_, i) => {
          values[i] = Math.random();
        }),
      ),
    caughtBy: at("fill and uniform"),
  },
];

/** a · b, as an operation that a backend may fuse. */
const product: Op<[Tensor, Tensor]> = composite({
  name: "product",
  inputs: ["a", "b"],
  shapes: "..., ... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3), randn(2, 3)] }],
  compose: (_params, a, b) => mul(a, b),
});

/** a · b in one kernel. The gradient that is needed alone is multiplied by a factor, or missing. */
const fusedProduct =
  (alone: (buffer: Operand) => Operand | null): Change =>
  (reference) => ({
    fused: [
      fuse(product, {
        forward: ([a, b]) => ({ outputs: [{ ...a, buffer: reference.binary("mul", a, b, a.shape) }] }),
        vjp: ({ inputs: [a, b], cotangents: [g], needs }) => {
          const by = (x: Operand): Operand => ({ ...x, buffer: reference.binary("mul", x, g!, x.shape) });
          const both = needs[0] && needs[1];
          const own = (x: Operand): Operand | null => (both ? by(x) : alone(by(x)));
          return [needs[0] ? own(b) : null, needs[1] ? own(a) : null];
        },
      }),
    ],
  });

const productFaults: readonly PlantedFault<Change>[] = [
  { name: "none: a product in one kernel", plant: fusedProduct((x) => x), caughtBy: null },
  {
    name: "a gradient that is needed alone is doubled",
    plant: fusedProduct((x) => {
      valuesOf(x.buffer).forEach((value, i, all) => {
        all[i] = 2 * value;
      });
      return x;
    }),
    caughtBy: "product: plain: gradients one at a time",
  },
];

/** softmax of the last axis in one kernel, with a fault. */
const fusedSoftmax =
  (change: {
    output?: (values: TensorData, rows: number) => void;
    gradient?: (values: TensorData, rows: number) => void;
  }): Change =>
  (reference) => {
    const rowSum = (x: Operand): Operand => {
      const sums = reference.reduce("sum", x, [x.shape.length - 1]);
      return { buffer: sums, shape: [...x.shape.slice(0, -1), 1], dtype: "f32" };
    };
    const binary = (kernel: "mul" | "sub" | "div", a: Operand, b: Operand): Operand => ({
      buffer: reference.binary(kernel, a, b, a.shape),
      shape: a.shape,
      dtype: "f32",
    });
    const free = (...operands: Operand[]): void => {
      for (const { buffer } of operands) reference.free(buffer);
    };
    return {
      fused: [
        fuse(softmax, {
          accepts: ([x], { axis }) => axis === -1 || axis === x.shape.length - 1,
          forward: ([x]) => {
            const largest = reference.reduce("max", x, [x.shape.length - 1]);
            const shifted = binary("sub", x, { buffer: largest, shape: [...x.shape.slice(0, -1), 1], dtype: "f32" });
            const raised: Operand = { ...shifted, buffer: reference.unary("exp", shifted) };
            const sums = rowSum(raised);
            const out = binary("div", raised, sums);
            free(shifted, raised, sums, { ...x, buffer: largest });
            change.output?.(valuesOf(out.buffer), x.buffer.size / x.shape.at(-1)!);
            return { outputs: [out] };
          },
          vjp: ({ outputs: [y], cotangents: [g] }) => {
            const product = binary("mul", g!, y!);
            const sums = rowSum(product);
            const centred = binary("sub", g!, sums);
            const out = binary("mul", centred, y!);
            free(product, sums, centred);
            change.gradient?.(valuesOf(out.buffer), y!.buffer.size / y!.shape.at(-1)!);
            return [out];
          },
        }),
      ],
    };
  };

const fusedFaults: readonly PlantedFault<Change>[] = [
  { name: "none: softmax in one kernel", plant: fusedSoftmax({}), caughtBy: null },
  {
    name: "a fused kernel is wrong",
    plant: fusedSoftmax({
      output: (values) => {
        values[0]! += 0.01;
      },
    }),
    caughtBy: "softmax: plain: as the reference",
  },
  {
    name: "a fused gradient is wrong",
    plant: fusedSoftmax({
      gradient: (values) => {
        values[0]! += 0.01;
      },
    }),
    caughtBy: "softmax: plain: as the reference",
  },
  {
    name: "a fused kernel is wrong beyond 16 rows",
    plant: fusedSoftmax({
      output: (values, rows) => {
        if (rows > 16) values[last(values)] = 0;
      },
    }),
    caughtBy: "softmax: plain: larger, as the reference",
  },
  {
    name: "a fused gradient is wrong beyond 16 rows",
    plant: fusedSoftmax({
      gradient: (values, rows) => {
        if (rows > 16) values[last(values)] = 0;
      },
    }),
    caughtBy: "softmax: plain: larger, as the reference",
  },
];

test.each(stateful)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant(), [exp]), caughtBy));
test.each(fusedFaults)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant, [softmax]), caughtBy));
test.each(productFaults)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant, [product]), caughtBy));
