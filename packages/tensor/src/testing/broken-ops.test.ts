import { expectCaught, type PlantedFault } from "@heed/core/testing";
import { test } from "vitest";
import {
  type AnyOp,
  add,
  composite,
  div,
  mean,
  mul,
  neg,
  type Op,
  primitive,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor,
} from "../index.js";
import { opChecks } from "./index.js";

type Vjp = NonNullable<Parameters<typeof primitive<[Tensor, Tensor], object>>[0]["vjp"]>;

/** a + b, with broadcasting; some of it replaced. */
const sumOf = (vjp: Vjp): AnyOp => {
  const op: Op<[Tensor, Tensor]> = primitive({
    name: "plus",
    inputs: ["a", "b"],
    shapes: "..., ... -> ...",
    samples: [{ args: ({ randn }) => [randn(2, 3), randn(3)] }],
    output: (_params, a) => a,
    forward: (backend, { shape }, _params, a, b) => backend.binary("add", a, b, shape),
    vjp,
  });
  return op;
};
const right: Vjp = ({ cotangent }, position) => (position === 0 ? cotangent : sum(cotangent, { axis: 0 }));

/** A function of one tensor, out of others. */
const made = (compose: (x: Tensor) => Tensor, shapes = "... -> ..."): AnyOp => {
  const op: Op<[Tensor]> = composite({
    name: "made",
    inputs: ["x"],
    shapes,
    samples: [{ args: ({ randn }) => [randn(2, 3)] }],
    compose: (_params, x) => compose(x),
  });
  return op;
};

const shapes = "shapes and leaks";
const calls = "calls do not affect each other";
const single = "in f32 as in f64";
const gradients = ": gradients";
const larger = "gradients, larger";
const parts = "gradients one at a time";

const faults: readonly PlantedFault<() => AnyOp>[] = [
  { name: "none: a sum", plant: () => sumOf(right), caughtBy: null },
  {
    name: "a rare draw from Math.random",
    plant: () => made((x) => (Math.random() < 1e-5 ? mul(x, 2) : mul(x, x))),
    caughtBy: calls,
  },
  { name: "none: a square", plant: () => made((x) => mul(x, x)), caughtBy: null },
  {
    name: "a legend with the axes the wrong way round",
    plant: () => made((x) => mul(x, x), "a b -> b a"),
    caughtBy: shapes,
  },
  {
    name: "a legend with one axis too many",
    plant: () => made((x) => sum(x, { axis: 1 }), "a b -> a b"),
    caughtBy: shapes,
  },
  {
    name: "the gradient of an argument that is broadcast is not summed, but averaged",
    plant: () =>
      sumOf((context, position) => (position === 0 ? right(context, 0) : mean(context.cotangent, { axis: 0 }))),
    caughtBy: gradients,
  },
  {
    name: "the gradient has the wrong sign",
    plant: () => sumOf((context, position) => (position === 0 ? right(context, 0) : neg(right(context, 1)!))),
    caughtBy: gradients,
  },
  {
    name: "a gradient is missing",
    plant: () => sumOf((context, position) => (position === 0 ? right(context, 0) : null)),
    caughtBy: gradients,
  },
  {
    name: "the second gradient is made of the first one",
    plant: () => {
      let first: Tensor | null = null;
      return sumOf((context, position) => {
        if (position === 0) first = context.cotangent;
        const made = position === 0 ? first : first && sum(first, { axis: 0 });
        if (position === 1) first = null;
        return made;
      });
    },
    caughtBy: parts,
  },
  {
    name: "the gradient is wrong beyond 16 rows",
    plant: () =>
      sumOf((context, position) =>
        context.cotangent.shape[0]! > 16 ? mul(right(context, position)!, 2) : right(context, position),
      ),
    caughtBy: larger,
  },
  {
    name: "one more element adds its gradient twice beyond 64 elements",
    plant: () =>
      made((x) => (x.size > 64 ? add(mul(x, 1), sub(x, tensor(x.dataSync(), { shape: x.shape }))) : mul(x, 1))),
    caughtBy: larger,
  },
  { name: "cancellation in f32", plant: () => made((x) => sub(add(x, 1e6), 1e6)), caughtBy: single },
  {
    name: "NaN in f32: an epsilon of 1e-50",
    plant: () => made((x) => div(sub(x, x), sqrt(add(mul(sub(x, x), sub(x, x)), 1e-50)))),
    caughtBy: single,
  },
  {
    name: "a number of calls that is kept",
    plant: () => {
      let count = 0;
      return made((x) => mul(x, ++count));
    },
    caughtBy: calls,
  },
  { name: "Math.random", plant: () => made((x) => mul(x, 1 + Math.random() * 1e-9)), caughtBy: calls },
  {
    name: "the argument is freed",
    plant: () =>
      made((x) => {
        const out = mul(x, x);
        x.dispose();
        return out;
      }),
    caughtBy: calls,
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(opChecks([plant()]), caughtBy));
