import { expectCaught, failuresOf, type PlantedFault } from "@heed/core/testing";
import {
  add,
  cast,
  detach,
  div,
  equal,
  exp,
  logicalNot,
  maskedSoftmax,
  max,
  mean,
  mul,
  relu,
  sigmoid as sigmoidOf,
  slice,
  softmax as softmaxOf,
  sqrt,
  sub,
  sum,
  type Tensor,
  where,
} from "@heed/tensor";
import { describe, expect, test } from "vitest";
import type { Normalizer, NormalizerDefinition } from "../normalizer.js";
import { softmax } from "../normalizers/softmax.js";
import { normalizerChecks } from "./normalizer-checks.js";

type Normalize = Normalizer["normalize"];

const like = (normalize: Normalize, more: Partial<NormalizerDefinition> = {}): NormalizerDefinition => ({
  ...softmax,
  ...more,
  normalize,
});
const zeroed = (mask: Tensor | null, weights: Tensor): Tensor => (mask ? where(mask, weights, 0) : weights);
const total = (x: Tensor): Tensor => sum(x, { axis: -1, keepDims: true });
const largest = (x: Tensor): Tensor => max(x, { axis: -1, keepDims: true });
const open = { sumsToOne: false };
const range = "weights are finite, within [0, 1]";
const sums = "weights sum to 1";
const masked = "masked keys weigh 0 and never matter";
const padding = "padding never matters";
const empty = "nothing to attend gives 0, and no gradient";
const alone = "rows and calls do not affect each other";

const faults: readonly PlantedFault<NormalizerDefinition>[] = [
  {
    name: "none: softmax at temperature 2",
    plant: like((scores, mask) => maskedSoftmax(div(scores, 2), mask)),
    caughtBy: null,
  },
  {
    name: "none: sigmoid of each score",
    plant: like((scores, mask) => zeroed(mask, sigmoidOf(scores)), open),
    caughtBy: null,
  },

  { name: "the mask is ignored", plant: like((scores) => softmaxOf(scores, { axis: -1 })), caughtBy: masked },
  {
    name: "the mask is the wrong way round",
    plant: like((scores, mask) => maskedSoftmax(scores, mask && logicalNot(mask))),
    caughtBy: sums,
  },
  {
    name: "masked keys are replaced by −9 and weigh almost 0",
    plant: like((scores, mask) => softmaxOf(mask ? where(mask, scores, -9) : scores, { axis: -1 })),
    caughtBy: masked,
  },
  {
    name: "masked keys weigh 0, but count in the sum",
    plant: like((scores, mask) => zeroed(mask, softmaxOf(scores, { axis: -1 }))),
    caughtBy: sums,
  },
  {
    name: "NaN with nothing to attend",
    plant: like((scores, mask) =>
      softmaxOf(mask ? where(mask, scores, Number.NEGATIVE_INFINITY) : scores, { axis: -1 }),
    ),
    caughtBy: empty,
  },
  {
    name: "equal weights with nothing to attend",
    plant: like((scores, mask) => softmaxOf(mask ? where(mask, scores, -3e38) : scores, { axis: -1 })),
    caughtBy: empty,
  },
  {
    name: "the mask is added as −1e4, less than some scores",
    plant: like((scores, mask) =>
      zeroed(mask, softmaxOf(mask ? where(mask, scores, sub(scores, 1e4)) : scores, { axis: -1 })),
    ),
    caughtBy: masked,
  },
  {
    name: "the largest score of all keys is subtracted, masked keys included",
    plant: like((scores, mask) => {
      const raised = zeroed(mask, exp(sub(scores, largest(scores))));
      return div(raised, where(equal(total(raised), 0), 1, total(raised)));
    }),
    caughtBy: masked,
  },
  {
    name: "a mask with one row for all queries alone",
    plant: like((scores, mask) => maskedSoftmax(scores, mask && slice(mask, { axis: -2, start: 0, end: 1 }))),
    caughtBy: masked,
  },
  {
    name: "a mask for the first sentence alone",
    plant: like((scores, mask) => maskedSoftmax(scores, mask && slice(mask, { axis: 0, start: 0, end: 1 }))),
    caughtBy: masked,
  },
  {
    name: "the gradient leaks into masked keys",
    plant: like((scores, mask) => add(maskedSoftmax(scores, mask), sub(mul(scores, 1e-3), detach(mul(scores, 1e-3))))),
    caughtBy: masked,
  },
  {
    name: "a NaN gradient where a masked score overflows",
    plant: like((scores, mask) => {
      const raised = zeroed(mask, exp(sub(scores, mask ? largest(where(mask, scores, -1e30)) : largest(scores))));
      return div(raised, where(equal(total(raised), 0), 1, total(raised)));
    }),
    caughtBy: masked,
  },

  {
    name: "a sum over the queries",
    plant: like((scores, mask) => zeroed(mask, softmaxOf(scores, { axis: -2 }))),
    caughtBy: alone,
  },
  {
    name: "a sum over the sentences",
    plant: like(
      (scores, mask) => zeroed(mask, sigmoidOf(sub(scores, largest(max(scores, { axis: 0, keepDims: true }))))),
      open,
    ),
    caughtBy: alone,
  },
  {
    name: "weights are divided by the number of queries",
    plant: like((scores, mask) => div(maskedSoftmax(scores, mask), scores.shape.at(-2)!), open),
    caughtBy: alone,
  },
  {
    name: "weights of batches of more than two sentences are smaller",
    plant: like((scores, mask) => mul(maskedSoftmax(scores, mask), scores.shape[0]! > 2 ? 0.5 : 1), open),
    caughtBy: alone,
  },
  {
    name: "padding is counted",
    plant: like((scores, mask) => zeroed(mask, sigmoidOf(sub(scores, Math.log(scores.shape.at(-1)!)))), open),
    caughtBy: padding,
  },
  {
    name: "padding is counted beyond 16 keys",
    plant: like(
      (scores, mask) =>
        zeroed(mask, sigmoidOf(scores.shape.at(-1)! > 16 ? sub(scores, Math.log(scores.shape.at(-1)! / 16)) : scores)),
      open,
    ),
    caughtBy: padding,
  },

  {
    name: "overflow: the largest score is not subtracted",
    plant: like((scores, mask) => {
      const raised = zeroed(mask, exp(scores));
      return div(raised, add(total(raised), 1e-30));
    }),
    caughtBy: range,
  },
  {
    name: "underflow: low scores have no weight, and 0 / 0 is NaN",
    plant: like((scores, mask) => {
      const raised = zeroed(mask, exp(sub(scores, 200)));
      return div(raised, total(raised));
    }),
    caughtBy: range,
  },
  {
    name: "an epsilon that is 0 in f32",
    plant: like((scores, mask) => {
      const raised = zeroed(
        mask,
        exp(
          sub(mask ? where(mask, scores, -1e30) : scores, mask ? largest(where(mask, scores, -1e30)) : largest(scores)),
        ),
      );
      return div(raised, add(total(raised), 1e-50));
    }),
    caughtBy: "in f32: nothing to attend gives 0, and no gradient",
  },
  {
    name: "an epsilon that is large",
    plant: like((scores, mask) => {
      const weights = maskedSoftmax(scores, mask);
      return div(weights, add(total(weights), 1e-3));
    }),
    caughtBy: sums,
  },
  { name: "weights above 1", plant: like((scores, mask) => zeroed(mask, relu(scores)), open), caughtBy: range },
  {
    name: "negative weights",
    plant: like((scores, mask) => zeroed(mask, sub(maskedSoftmax(scores, mask), 1e-3)), open),
    caughtBy: range,
  },
  {
    name: "weights that need not sum to 1, though they promise to",
    plant: like((scores, mask) => zeroed(mask, sigmoidOf(scores))),
    caughtBy: sums,
  },
  {
    name: "weights whose squares sum to 1",
    plant: like((scores, mask) => {
      const weights = maskedSoftmax(scores, mask);
      const size = sqrt(total(mul(weights, weights)));
      return div(weights, where(equal(size, 0), 1, size));
    }),
    caughtBy: sums,
  },
  {
    name: "whole numbers",
    plant: like((scores, mask) => cast(maskedSoftmax(scores, mask), { dtype: "i32" }), open),
    caughtBy: range,
  },
  {
    name: "one axis too few",
    plant: like((scores, mask) => sum(maskedSoftmax(scores, mask), { axis: 0 })),
    caughtBy: range,
  },
  {
    name: "the mean over the heads",
    plant: like((scores, mask) => {
      const weights = maskedSoftmax(scores, mask);
      return scores.shape.length < 4 ? weights : mean(weights, { axis: 1, keepDims: true });
    }),
    caughtBy: range,
  },
];

describe("a broken normalizer is caught", () => {
  test.each(faults)("$name", ({ plant, caughtBy }) => expectCaught(normalizerChecks(plant), caughtBy));

  test.each([
    [{ reference: "" }, /the reference is empty/],
    [{ formula: " " }, /the formula is empty/],
    [{ name: "top k" }, /must be in kebab case/],
  ])("%o", async (change, message) => {
    const [description] = normalizerChecks({ ...softmax, ...change });
    expect(Object.values(await failuresOf([description!]))[0]?.message).toMatch(message);
  });

  test("with the smallest case that shows it", async () => {
    const unmasked = normalizerChecks(like((scores) => softmaxOf(scores, { axis: -1 })));
    const failed = await failuresOf(unmasked.filter(({ name }) => name === `softmax: ${empty}`));
    expect(failed[`softmax: ${empty}`]!.message).toMatch(
      /^the weights with nothing to attend in any sentence: element 0 of \[1, 1, 1\] is 1, expected 0 .*\n {2}The smallest case that shows it: b 1, q 1, k 1\.\n {2}scores \[1, 1, 1\]: \S+\n {2}weights \[1, 1, 1\]: 1\n/,
    );
  });
});
