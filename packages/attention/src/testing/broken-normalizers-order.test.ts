import { expectCaught, type PlantedFault } from "@heed/core/testing";
import {
  add,
  arange,
  argmax,
  cast,
  detach,
  equal,
  exp,
  expandDims,
  keep,
  less,
  logicalAnd,
  maskedSoftmax,
  mean,
  mul,
  sqrt,
  sub,
  type Tensor,
  where,
} from "@heed/tensor";
import { describe, test } from "vitest";
import type { Normalizer, NormalizerDefinition } from "../normalizer.js";
import { softmax } from "../normalizers/softmax.js";
import { normalizerChecks } from "./normalizer-checks.js";

type Normalize = Normalizer["normalize"];

const like = (normalize: Normalize, more: Partial<NormalizerDefinition> = {}): NormalizerDefinition => ({
  ...softmax,
  ...more,
  normalize,
});
const steps = (count: number): Tensor => cast(arange(0, count), { dtype: "f32" });
const zeroed = (mask: Tensor | null, weights: Tensor): Tensor => (mask ? where(mask, weights, 0) : weights);
/** 1 for the highest score, 0 for the others; the gradient is that of softmax. */
const hardmax: Normalize = (scores, mask) => {
  const weights = maskedSoftmax(scores, mask);
  const best = expandDims(argmax(weights, { axis: -1 }), { axis: -1 });
  const shape = scores.shape.map((_, axis) => (axis === scores.shape.length - 1 ? -1 : 1));
  const chosen = zeroed(mask, cast(equal(arange(0, scores.shape.at(-1)!).reshape(...shape), best), { dtype: "f32" }));
  return add(weights, detach(sub(chosen, weights)));
};

const permutation = "permuting the keys permutes the weights";
const alone = "rows and calls do not affect each other";
const order = "a higher score never weighs less";
const leaks = "nothing leaks";
const gradients = "gradients agree with central differences";
const straight = "gradients exist and are finite";

const faults: readonly PlantedFault<NormalizerDefinition>[] = [
  {
    name: "none: the highest score alone, with the gradient of softmax",
    plant: like(hardmax, { exactGradient: false }),
    caughtBy: null,
  },
  {
    name: "order dependence",
    plant: like((scores, mask) => maskedSoftmax(add(scores, steps(scores.shape.at(-1)!)), mask)),
    caughtBy: permutation,
  },
  {
    name: "the first key counts double",
    plant: like((scores, mask) =>
      maskedSoftmax(add(scores, cast(equal(steps(scores.shape.at(-1)!), 0), { dtype: "f32" })), mask),
    ),
    caughtBy: permutation,
  },
  {
    name: "the ninth key and those behind it never weigh",
    plant: like((scores, mask) => {
      const early = less(steps(scores.shape.at(-1)!), 8);
      return maskedSoftmax(scores, mask ? logicalAnd(mask, early) : early);
    }),
    caughtBy: permutation,
  },
  { name: "low scores first", plant: like((scores, mask) => maskedSoftmax(mul(scores, -1), mask)), caughtBy: order },
  {
    name: "large negative scores weigh as much as positive ones",
    plant: like((scores, mask) => maskedSoftmax(mul(scores, scores), mask)),
    caughtBy: order,
  },

  {
    name: "a gradient that is cut off",
    plant: like((scores, mask) => maskedSoftmax(add(mul(scores, 0.5), mul(detach(scores), 0.5)), mask)),
    caughtBy: gradients,
  },
  {
    name: "no gradient with 17 keys or more",
    plant: like((scores, mask) => maskedSoftmax(scores.shape.at(-1)! < 17 ? scores : detach(scores), mask)),
    caughtBy: gradients,
  },
  {
    name: "no gradient where there is a mask",
    plant: like((scores, mask) => maskedSoftmax(mask ? detach(scores) : scores, mask)),
    caughtBy: gradients,
  },
  { name: "a straight-through gradient that is not declared", plant: like(hardmax), caughtBy: gradients },
  {
    name: "a straight-through gradient that does not exist",
    plant: like((scores, mask) => detach(hardmax(scores, mask)), { exactGradient: false }),
    caughtBy: straight,
  },
  {
    name: "a straight-through gradient that is NaN",
    plant: like(
      (scores, mask) => {
        const zero = sub(scores, detach(scores));
        return add(hardmax(scores, mask), mul(sqrt(mul(zero, zero)), 1e-3));
      },
      { exactGradient: false },
    ),
    caughtBy: straight,
  },
];

/** Faults with a state of their own, which is made anew for each test. */
const stateful: readonly PlantedFault<() => NormalizerDefinition>[] = [
  {
    name: "a number of calls that is kept",
    plant: () => {
      let calls = 0;
      return like((scores, mask) => maskedSoftmax(mul(scores, ++calls), mask));
    },
    caughtBy: alone,
  },
  {
    name: "every fifth call differs",
    plant: () => {
      let calls = 0;
      return like((scores, mask) => maskedSoftmax(mul(scores, ++calls % 5 === 0 ? 2 : 1), mask));
    },
    caughtBy: alone,
  },
  {
    name: "a rare draw from Math.random",
    plant: () => like((scores, mask) => maskedSoftmax(mul(scores, Math.random() < 1e-5 ? 2 : 1), mask)),
    caughtBy: alone,
  },
  {
    name: "an error for scores without an axis for queries",
    plant: () =>
      like((scores, mask) =>
        maskedSoftmax(scores.reshape(...scores.shape.slice(0, -2), -1, scores.shape.at(-1)!), mask),
      ),
    caughtBy: alone,
  },
  {
    name: "the mean of a head and all heads",
    plant: () =>
      like((scores, mask) => {
        const weights = maskedSoftmax(scores, mask);
        return scores.shape.length < 4 ? weights : mul(add(weights, mean(weights, { axis: 1, keepDims: true })), 0.5);
      }),
    caughtBy: alone,
  },
  {
    name: "noise of Math.random",
    plant: () => like((scores, mask) => maskedSoftmax(mul(scores, 1 + Math.random() * 1e-6), mask)),
    caughtBy: alone,
  },
  {
    name: "a tensor that is kept from a call",
    plant: () =>
      like((scores, mask) => {
        keep(exp(scores));
        return maskedSoftmax(scores, mask);
      }),
    caughtBy: leaks,
  },
];

describe("a normalizer with another order, gradient or memory is caught", () => {
  test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(normalizerChecks(plant), caughtBy));
  test.each(stateful)("$name", ({ plant, caughtBy }) => expectCaught(normalizerChecks(plant()), caughtBy));
});
