import { expectCaught, type PlantedFault } from "@heed/core/testing";
import {
  abs,
  add,
  concat,
  div,
  less,
  lessEqual,
  max,
  maximum,
  mean,
  minimum,
  mul,
  type Op,
  primitive,
  slice,
  softmax,
  sub,
  type Tensor,
  where,
} from "@heed/tensor";
import { test } from "vitest";
import {
  changed,
  checksOf,
  influence,
  masked,
  padding,
  permutation,
  plain,
  radius,
  scalarOf,
  steps,
  sums,
  windowed,
} from "../../testing/plant-scorer.js";
import type { Positions } from "../positions.js";
import type { Scorer } from "../scorer.js";
import { dot } from "../scorers/dot.js";
import { localM } from "../scorers/local-m.js";

/** x, whose gradient leaks from each key into the next. */
const leaky: Op<[Tensor]> = primitive({
  name: "leaky",
  inputs: ["x"],
  shapes: "b q k -> b q k",
  samples: [],
  output: (_, x) => x,
  forward: (backend, _output, _params, x) => backend.unary("abs", x),
  vjp: ({ cotangent }) => add(cotangent, mean(cotangent, { axis: 2, keepDims: true })),
});

/** A window that depends on the radius. */
const reaching = (window: (at: Positions, radius: number) => Tensor): Scorer => ({
  ...localM,
  score: (_, query, prepared, { positions, sizes }) => ({
    scores: plain(query, prepared),
    window: window(positions, sizes.radius),
  }),
});

/** Keys that see other keys, masked keys or padding, and windows. */
const faults: readonly PlantedFault<Scorer>[] = [
  {
    name: "a gradient that leaks into other keys",
    plant: changed((scores) => leaky(add(abs(scores), 1))),
    caughtBy: masked,
  },
  {
    name: "the mask is ignored: keys are divided by the largest of all",
    plant: { ...dot, prepare: (_, keys) => div(keys, max(keys, { axis: 1, keepDims: true })) },
    caughtBy: influence,
  },
  {
    name: "the mean of all keys is subtracted, which softmax hides",
    plant: { ...dot, prepare: (_, keys) => sub(keys, mean(keys, { axis: 1, keepDims: true })) },
    caughtBy: influence,
  },
  {
    name: "the mean of all keys is subtracted, padding included",
    plant: { ...dot, prepare: (_, keys) => sub(keys, mean(keys, { axis: 1, keepDims: true })) },
    caughtBy: padding,
  },
  {
    name: "the mean of all keys is subtracted, masked keys included",
    plant: { ...dot, prepare: (_, keys) => sub(keys, mean(keys, { axis: 1, keepDims: true })) },
    caughtBy: masked,
  },
  {
    name: "the mean of all scores is subtracted",
    plant: changed((scores) => sub(scores, mean(scores, { axis: 2, keepDims: true }))),
    caughtBy: influence,
  },
  {
    name: "the mean of eight or more keys is subtracted",
    plant: {
      ...dot,
      prepare: (_, keys) => (keys.shape[1]! < 8 ? keys : sub(keys, mean(keys, { axis: 1, keepDims: true }))),
    },
    caughtBy: influence,
  },
  {
    name: "scores are normalised inside the scorer",
    plant: changed((scores) => softmax(scores, { axis: -1 })),
    caughtBy: influence,
  },
  {
    name: "key 8 adds to the score of key 0",
    plant: changed((scores) => {
      const k = scores.shape[2]!;
      if (k <= 8) return scores;
      const first = lessEqual(steps(k), 0);
      return where(first, add(scores, slice(scores, { axis: 2, start: 8, end: 9 })), scores);
    }),
    caughtBy: influence,
  },
  {
    name: "scores are divided by the number of keys",
    plant: changed((scores) => div(scores, scores.shape[2]!)),
    caughtBy: padding,
  },
  {
    name: "a window in the middle of all keys, padding included",
    plant: {
      ...localM,
      score: (params, query, prepared, around) => ({
        ...(localM.score(params, query, prepared, around) as { scores: Tensor }),
        window: lessEqual(around.positions.key, prepared.shape[1]! / 2),
      }),
    },
    caughtBy: padding,
  },
  {
    name: "positions relative to the padded length",
    plant: {
      ...dot,
      positional: true,
      score: (_, query, keys, { positions: { key } }) => add(plain(query, keys), div(key, keys.shape[1]!)),
    },
    caughtBy: padding,
  },
  {
    name: "the length is read wrong where it is odd",
    plant: {
      ...dot,
      positional: true,
      score: (_, query, keys, { positions: { key, lengths } }) =>
        add(plain(query, keys), div(key, where(lessEqual(lengths, 6), lengths, keys.shape[1]!))),
    },
    caughtBy: padding,
  },
  {
    name: "order dependence that is not declared",
    plant: changed((scores) => add(scores, steps(scores.shape[2]!))),
    caughtBy: permutation,
  },
  {
    name: "order dependence with nine keys or more",
    plant: changed((scores) => add(scores, maximum(sub(steps(scores.shape[2]!), 7), 0))),
    caughtBy: permutation,
  },
  {
    name: "a window of later keys, empty behind the last key",
    plant: windowed(({ query, key }) => lessEqual(query, key)),
    caughtBy: sums,
  },
  {
    name: "a window that lies more than `radius` ahead",
    plant: windowed(({ query, key }) => lessEqual(add(query, 1), key)),
    caughtBy: sums,
  },
  {
    name: "an empty window where queries go on behind a sentence of padded keys",
    plant: windowed(({ query, key, lengths }) => lessEqual(abs(sub(key, minimum(query, lengths))), 0)),
    caughtBy: sums,
  },
  {
    name: "a scale that is read from the first key",
    plant: changed((scores, _query, keys) => mul(scores, 1 + Math.abs(scalarOf(keys)))),
    caughtBy: influence,
  },
  {
    name: "a window that ends one step too early",
    plant: reaching(({ query, key, lengths }, radius) => less(abs(sub(key, minimum(query, sub(lengths, 1)))), radius)),
    caughtBy: radius,
  },
  {
    name: "a window that ends one step too late",
    plant: reaching(({ query, key, lengths }, radius) =>
      lessEqual(abs(sub(key, minimum(query, sub(lengths, 1)))), radius + 1),
    ),
    caughtBy: radius,
  },
  {
    name: "a window whose radius is fixed",
    plant: reaching(({ query, key, lengths }) => lessEqual(abs(sub(key, minimum(query, sub(lengths, 1)))), 1)),
    caughtBy: radius,
  },
  {
    name: "a window the wrong way round",
    plant: reaching(({ query, key, lengths }, radius) => less(radius, abs(sub(key, minimum(query, sub(lengths, 1)))))),
    caughtBy: sums,
  },
  {
    name: "key 64 adds to the score of key 0",
    plant: changed((scores) =>
      scores.shape[2]! < 65
        ? scores
        : where(lessEqual(steps(65), 0), add(scores, slice(scores, { axis: 2, start: 64, end: 65 })), scores),
    ),
    caughtBy: influence,
  },
  {
    name: "no score for the 65th key",
    plant: changed((scores) =>
      scores.shape[2]! > 64
        ? concat([slice(scores, { axis: 2, start: 0, end: 64 }), mul(slice(scores, { axis: 2, start: 64 }), 0)], {
            axis: 2,
          })
        : scores,
    ),
    caughtBy: permutation,
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant), caughtBy));
