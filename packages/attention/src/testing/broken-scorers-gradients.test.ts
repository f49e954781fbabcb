import { expectCaught, type PlantedFault } from "@heed/core/testing";
import {
  add,
  cast,
  detach,
  div,
  exp,
  expandDims,
  lessEqual,
  matmul,
  mean,
  mul,
  type Op,
  primitive,
  sqrt,
  sub,
  sum,
  type Tensor,
  transpose,
  where,
} from "@heed/tensor";
import { test } from "vitest";
import {
  changed,
  checksOf,
  extremes,
  finite,
  gradients,
  norm,
  plain,
  windowed,
  zeros,
} from "../../testing/plant-scorer.js";
import type { Scorer } from "../scorer.js";
import { dot } from "../scorers/dot.js";
import { general } from "../scorers/general.js";
import { localM } from "../scorers/local-m.js";
import { multiHead } from "../scorers/multi-head.js";

/** a · b, whose gradient for `a` takes the wrong operand. */
const skewed: Op<[Tensor, Tensor]> = primitive({
  name: "skewed",
  inputs: ["a", "b"],
  shapes: "b q k, b q k -> b q k",
  samples: [],
  output: (_, a) => a,
  forward: (backend, { shape }, _params, a, b) => backend.binary("mul", a, b, shape),
  vjp: ({ cotangent, inputs: [a] }) => mul(cotangent, a),
});

/** Wrong gradients, and numbers that are no numbers, also in f32 alone; and results that are not what they should be. */
const faults: readonly PlantedFault<Scorer>[] = [
  {
    name: "the wrong operand in a gradient",
    plant: changed((scores) => skewed(scores, mul(scores, 0.5))),
    caughtBy: gradients,
  },
  {
    name: "a gradient that does not reach a parameter",
    plant: { ...general, prepare: ({ W }, keys) => matmul(keys, detach(W!), { transposeB: true }) },
    caughtBy: gradients,
  },
  {
    name: "a gradient that reaches only half of the query",
    plant: changed((scores, query, keys) => mul(add(scores, plain(detach(query), keys)), 0.5)),
    caughtBy: gradients,
  },
  {
    name: "a gradient that is cut off where there are more than 16 keys",
    plant: changed((scores) => (scores.shape[2]! > 16 ? detach(scores) : scores)),
    caughtBy: gradients,
  },
  {
    name: "a gradient that is missing for one sentence",
    plant: changed((scores) => (scores.shape[0] === 1 ? detach(scores) : scores)),
    caughtBy: gradients,
  },
  {
    name: "a gradient of rounded scores",
    plant: changed((scores) => add(detach(scores), mul(sub(scores, detach(scores)), 0.99))),
    caughtBy: gradients,
  },
  { name: "NaN for a key of zeros", plant: { ...dot, prepare: (_, keys) => div(keys, norm(keys)) }, caughtBy: zeros },
  {
    name: "NaN for a key of zeros, in f32 alone",
    plant: { ...dot, prepare: (_, keys) => div(keys, norm(keys, 1e-50)) },
    caughtBy: "in f32: zeros give no NaN",
  },
  {
    name: "NaN for a tiny query, in f32 alone",
    plant: changed((scores, query) => div(scores, norm(query, 1e-50))),
    caughtBy: "in f32: large and tiny values give no NaN",
  },
  {
    name: "a NaN gradient for a query of zeros: √ at 0",
    plant: changed((scores, query) => add(scores, norm(query))),
    caughtBy: zeros,
  },
  { name: "scores that overflow: exp(s · h)", plant: changed((scores) => exp(scores)), caughtBy: extremes },
  {
    name: "scores that overflow in f32 alone: (s · h)⁸",
    plant: changed((scores) => {
      const fourth = mul(mul(scores, scores), mul(scores, scores));
      return mul(fourth, fourth);
    }),
    caughtBy: "in f32: large and tiny values give no NaN",
  },
  {
    name: "cancellation in f32: 1e6 is added and subtracted",
    plant: changed((scores) => sub(add(scores, 1e6), 1e6)),
    caughtBy: "in f32: results are those of f64",
  },
  {
    name: "infinite scores",
    plant: { ...general, score: (_, query, prepared) => exp(mul(plain(query, prepared), 1e6)) },
    caughtBy: finite,
  },
  {
    name: "−∞ outside of a window",
    plant: {
      ...dot,
      positional: true,
      score: (_, query, keys, { positions: { query: at, key } }) =>
        where(lessEqual(key, at), plain(query, keys), Number.NEGATIVE_INFINITY),
    },
    caughtBy: finite,
  },
  {
    name: "NaN with 17 keys or more",
    plant: changed((scores) => (scores.shape[2]! < 17 ? scores : mul(scores, Number.NaN))),
    caughtBy: finite,
  },
  { name: "positions that are not declared", plant: { ...localM, positional: false }, caughtBy: finite },
  {
    name: "a window with its axes the wrong way round",
    plant: windowed(({ query, key }) => transpose(lessEqual(key, query), { permutation: [0, 2, 1] })),
    caughtBy: finite,
  },
  {
    name: "a window of numbers",
    plant: windowed(({ query, key }) => cast(lessEqual(key, query), { dtype: "f32" })),
    caughtBy: finite,
  },
  {
    name: "scores of another shape",
    plant: changed((scores) => mean(scores, { axis: 1, keepDims: true })),
    caughtBy: finite,
  },
  {
    name: "scores that are whole numbers",
    plant: changed((scores) => cast(scores, { dtype: "i32" })),
    caughtBy: finite,
  },
  {
    name: "as many heads as in the sample, whatever is asked for",
    plant: {
      ...multiHead,
      score: (params, query, prepared, context) => {
        const { sizes } = context;
        return multiHead.score(
          params,
          query,
          prepared,
          Object.defineProperty(Object.create(context), "sizes", { value: { ...sizes, heads: 3 } }),
        );
      },
    },
    caughtBy: "the scores are finite, [b, h, q, k]",
  },
  {
    name: "a learned size that is fixed at that of the sample",
    plant: { ...general, params: () => ({ W: [4, 6] }) },
    caughtBy: finite,
  },
  {
    name: "scores that are whole in f32 alone",
    plant: changed((scores) =>
      scores.dataSync() instanceof Float64Array ? scores : cast(cast(scores, { dtype: "i32" }), { dtype: "f32" }),
    ),
    caughtBy: "in f32: results are those of f64",
  },
  {
    name: "NaN for keys whose values are equal: they are divided by their standard deviation",
    plant: {
      ...dot,
      prepare: (_, keys) => {
        const centred = sub(keys, mean(keys, { axis: -1, keepDims: true }));
        return div(centred, norm(centred));
      },
    },
    caughtBy: zeros,
  },
  {
    name: "a NaN gradient where a key equals a query: their distance",
    plant: changed((scores, query, keys) => {
      const apart = sub(expandDims(query, { axis: 2 }), expandDims(keys, { axis: 1 }));
      return sub(mul(scores, 0), sqrt(sum(mul(apart, apart), { axis: -1 })));
    }),
    caughtBy: zeros,
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant), caughtBy));
