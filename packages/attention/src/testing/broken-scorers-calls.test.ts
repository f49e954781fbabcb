import { Random } from "@heed/core";
import { expectCaught, type PlantedFault } from "@heed/core/testing";
import {
  abs,
  add,
  cast,
  detach,
  div,
  keep,
  lessEqual,
  matmul,
  mean,
  mul,
  noGrad,
  type Parameter,
  randomUniform,
  relu,
  slice,
  softmax,
  sub,
  type Tensor,
  tensor,
  where,
} from "@heed/tensor";
import { test } from "vitest";
import {
  alone,
  changed,
  checksOf,
  gradients,
  leaks,
  oneByOne,
  padding,
  plain,
  remembered,
  roundTrip,
  scalarOf,
  steps,
  use,
} from "../../testing/plant-scorer.js";
import type { Scorer } from "../scorer.js";
import { coverage } from "../scorers/coverage.js";
import { dot } from "../scorers/dot.js";
import { general } from "../scorers/general.js";
import { locationSensitive } from "../scorers/location-sensitive.js";
import { multiHead } from "../scorers/multi-head.js";

/** Calls, sentences and queries that see each other, and broken memories. */
const faults: readonly PlantedFault<Scorer>[] = [
  {
    name: "a gradient that does not reach the memory",
    plant: { ...coverage, remember: (memory, weights) => add(memory, detach(weights)) },
    caughtBy: gradients,
  },
  {
    name: "the mean of the queries is subtracted",
    plant: changed((scores) => sub(scores, mean(scores, { axis: 1, keepDims: true }))),
    caughtBy: oneByOne,
  },
  {
    name: "the mean of the sentences is subtracted",
    plant: changed((scores) => sub(scores, mean(scores, { axis: 0, keepDims: true }))),
    caughtBy: alone,
  },
  {
    name: "scores are divided by the number of sentences",
    plant: changed((scores) => div(scores, scores.shape[0]!)),
    caughtBy: alone,
  },
  {
    name: "only in batches of more than four, scores shift by a constant",
    plant: changed((scores) => (scores.shape[0]! > 4 ? add(scores, 1) : scores)),
    caughtBy: alone,
  },
  {
    name: "the first sentence scores for all",
    plant: changed((scores) => add(mul(scores, 0), slice(scores, { axis: 0, start: 0, end: 1 }))),
    caughtBy: alone,
  },
  {
    name: "queries count from 0 at each call",
    plant: {
      ...dot,
      positional: true,
      score: (_, query, keys, { positions: { key } }) =>
        sub(plain(query, keys), abs(sub(key, steps(query.shape[1]!).reshape(1, -1, 1)))),
    },
    caughtBy: oneByOne,
  },
  {
    name: "heads that share the score of the first query",
    plant: {
      ...multiHead,
      score: (...given) => {
        const scores = multiHead.score(...given) as Tensor;
        return add(scores, slice(scores, { axis: 2, start: 0, end: 1 }));
      },
    },
    caughtBy: oneByOne,
  },
  {
    name: "a parameter that is forgotten",
    plant: { ...general, params: (sizes) => ({ ...general.params!(sizes), bias: [sizes.dq] }) },
    caughtBy: use,
  },
  { name: "a memory that never changes", plant: { ...coverage, remember: (memory) => memory }, caughtBy: use },
  {
    name: "a memory that changes without looking at the weights",
    plant: { ...coverage, remember: (memory) => add(memory, 1) },
    caughtBy: use,
  },
  {
    name: "a memory that no score reads",
    plant: { ...general, remember: (memory, weights) => add(memory, weights) },
    caughtBy: use,
  },
  {
    name: "a memory of another shape",
    plant: {
      ...coverage,
      remember: (memory, weights) => add(memory, weights).reshape(memory.shape[0]!, memory.shape[2]!, 1),
    },
    caughtBy: remembered,
  },
  {
    name: "a memory that is normalised over padding, too",
    plant: { ...coverage, remember: (memory, weights) => softmax(add(memory, weights), { axis: -1 }) },
    caughtBy: remembered,
  },
  {
    name: "a memory that is divided by the number of keys",
    plant: { ...coverage, remember: (memory, weights) => add(memory, div(weights, weights.shape[2]!)) },
    caughtBy: padding,
  },
  {
    name: "a memory that doubles at each query",
    plant: { ...coverage, remember: (memory, weights) => add(mul(memory, 2), weights) },
    caughtBy: remembered,
  },
  {
    name: "a memory that mixes sentences",
    plant: { ...coverage, remember: (memory, weights) => add(memory, mean(weights, { axis: 0, keepDims: true })) },
    caughtBy: remembered,
  },
  {
    name: "a memory that moves one key to the right, around the end",
    plant: {
      ...locationSensitive,
      remember: (_, weights) =>
        matmul(
          weights,
          cast(
            tensor(
              Array.from({ length: weights.shape[2]! }, (_, i) =>
                Array.from({ length: weights.shape[2]! }, (_, j) => ((i + 1) % weights.shape[2]! === j ? 1 : 0)),
              ),
            ),
            { dtype: "f32" },
          ),
        ),
    },
    caughtBy: padding,
  },
  {
    name: "a memory that is whole numbers",
    plant: {
      ...coverage,
      remember: (memory, weights) => cast(add(mul(memory, 100), mul(weights, 100)), { dtype: "i32" }),
    },
    caughtBy: remembered,
  },
  { name: "noise of Math.random", plant: changed((scores) => add(scores, Math.random() * 1e-6)), caughtBy: alone },
  {
    name: "keys that are learned while they are used",
    plant: {
      ...general,
      score: ({ W }, query, prepared) => {
        noGrad(() => (W as Parameter).assign(mul(W!, 0.999)));
        return plain(query, prepared);
      },
    },
    caughtBy: alone,
  },
  {
    name: "negative scores are cut off for queries after the fourth",
    plant: changed((scores) => where(lessEqual(steps(scores.shape[1]!).reshape(-1, 1), 3), scores, relu(scores))),
    caughtBy: oneByOne,
  },
];

/** Faults with a state of their own, which is made anew for each test. */
const stateful: readonly PlantedFault<() => Scorer>[] = [
  {
    name: "a number of calls that is kept",
    plant: () => {
      let calls = 0;
      return changed((scores) => mul(scores, ++calls));
    },
    caughtBy: alone,
  },
  {
    name: "the fifth call differs",
    plant: () => {
      let calls = 0;
      return changed((scores) => (++calls % 5 === 0 ? add(scores, 1e-3) : scores));
    },
    caughtBy: alone,
  },
  {
    name: "keys that are kept by their size",
    plant: () => {
      const kept = new Map<string, Tensor>();
      return {
        ...dot,
        prepare: (_, keys) => {
          const size = keys.shape.join();
          kept.set(size, kept.get(size) ?? keys);
          return kept.get(size)!;
        },
      };
    },
    caughtBy: alone,
  },
  {
    name: "keys of the last sentence that was prepared",
    plant: () => {
      let last: Tensor;
      return {
        ...dot,
        prepare: (_, keys) => {
          last = keys;
          return keys;
        },
        score: (_, query) => plain(query, last),
      };
    },
    caughtBy: alone,
  },
  {
    name: "keys that depend on the query before",
    plant: () => {
      let before = 0;
      return changed((scores, query) => {
        const scaled = mul(scores, 1 + before);
        before = Math.abs(scalarOf(query));
        return scaled;
      });
    },
    caughtBy: alone,
  },
  {
    name: "a memory outside of the state",
    plant: () => {
      let kept: Tensor | null = null;
      return {
        ...coverage,
        remember: (memory, weights) => {
          const fits = kept && kept.shape.join() === weights.shape.join();
          kept = keep(fits ? add(kept!, weights) : add(memory, weights));
          return kept;
        },
      };
    },
    caughtBy: remembered,
  },
  {
    name: "memory that is kept from a call",
    plant: () => {
      const kept: Tensor[] = [];
      return {
        ...dot,
        prepare: (_, keys) => {
          kept.push(keep(mul(keys, 2)));
          return keys;
        },
      };
    },
    caughtBy: leaks,
  },
  {
    name: "the query is freed",
    plant: () =>
      changed((scores, query) => {
        query.dispose();
        return scores;
      }),
    caughtBy: alone,
  },
  {
    name: "a number that is drawn, but not saved",
    plant: () => {
      const random = new Random(1);
      let scale: Tensor | null = null;
      return {
        ...dot,
        params: () => {
          scale = randomUniform([1], random);
          return {};
        },
        score: (_, query, keys) => mul(plain(query, keys), scale!),
      };
    },
    caughtBy: roundTrip,
  },
  {
    name: "a rare draw from Math.random",
    plant: () => changed((scores) => (Math.random() < 1e-5 ? mul(scores, 2) : scores)),
    caughtBy: alone,
  },
  {
    name: "a tensor that is kept where there is one query",
    plant: () => changed((scores) => (scores.shape[1] === 1 ? keep(mul(scores, 1)) : scores)),
    caughtBy: leaks,
  },
  {
    name: "smaller scores for more than 32 queries",
    plant: () => changed((scores) => (scores.shape[1]! > 32 ? mul(scores, 0.5) : scores)),
    caughtBy: oneByOne,
  },
];

test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant), caughtBy));
test.each(stateful)("$name", ({ plant, caughtBy }) => expectCaught(checksOf(plant()), caughtBy));
