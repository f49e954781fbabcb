import {
  add,
  arange,
  cast,
  detach,
  div,
  equal,
  exp,
  logicalOr,
  maskedSoftmax,
  mul,
  relu,
  sigmoid as sigmoidOf,
  softmax as softmaxOf,
  sub,
  sum,
  where,
} from "@heed/tensor";
import type { Check } from "@heed/tensor/testing";
import { describe, expect, test } from "vitest";
import { defineMask, type Mask } from "../mask.js";
import { causalMask } from "../masks/causal-mask.js";
import { paddingMask } from "../masks/padding-mask.js";
import type { Normalizer } from "../normalizer.js";
import { softmax } from "../normalizers/softmax.js";
import { maskChecks } from "./mask-checks.js";
import { normalizerChecks } from "./normalizer-checks.js";

async function failures(checks: readonly Check[]): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  for (const { name, run } of checks) {
    await run().catch((error: Error) => {
      failed[name.slice(name.indexOf(": ") + 2)] = `${error.name}: ${error.message}`;
    });
  }
  return failed;
}

const range = "weights are finite, within [0, 1]";
const sums = "weights sum to 1";
const masked = "masked keys weigh 0 and never matter";
const padding = "padding never matters";
const empty = "nothing to attend gives 0, and no gradient";
const permutation = "permuting the keys permutes the weights";
const alone = "each row and each call stands for itself";
const order = "a higher score never weighs less";
const gradients = "gradients agree with central differences";

/** What is broken, what differs from softmax, and the checks that fail: all others pass. */
const broken: readonly (readonly [fault: string, change: Partial<Normalizer>, fails: readonly string[]])[] = [
  ["the mask ignored", { normalize: (scores) => softmaxOf(scores, { axis: -1 }) }, [masked, padding, empty]],
  [
    "masked keys that weigh almost 0",
    { normalize: (scores, mask) => softmaxOf(mask ? where(mask, scores, -9) : scores, { axis: -1 }) },
    [masked, padding, empty],
  ],
  [
    "NaN with nothing to attend",
    {
      normalize: (scores, mask) =>
        softmaxOf(mask ? where(mask, scores, Number.NEGATIVE_INFINITY) : scores, { axis: -1 }),
    },
    [empty],
  ],
  [
    "a sum over the queries",
    {
      normalize: (scores, mask) => {
        const weights = softmaxOf(scores, { axis: -2 });
        return mask ? where(mask, weights, 0) : weights;
      },
    },
    [sums, alone, order],
  ],
  [
    "overflow: the largest score is not taken off",
    {
      normalize: (scores, mask) => {
        const raised = mask ? where(mask, exp(scores), 0) : exp(scores);
        return div(raised, add(sum(raised, { axis: -1, keepDims: true }), 1e-30));
      },
    },
    [range, sums],
  ],
  [
    "a gradient that is cut off",
    { normalize: (scores, mask) => maskedSoftmax(add(mul(scores, 0.5), mul(detach(scores), 0.5)), mask) },
    [gradients],
  ],
  [
    "order dependence",
    {
      normalize: (scores, mask) =>
        maskedSoftmax(add(scores, cast(arange(0, scores.shape.at(-1)!), { dtype: "f32" })), mask),
    },
    [permutation, order],
  ],
  ["low scores first", { normalize: (scores, mask) => maskedSoftmax(mul(scores, -1), mask) }, [order]],
  [
    "padding counted",
    {
      sumsToOne: false,
      normalize: (scores, mask) => {
        const weights = sigmoidOf(sub(scores, Math.log(scores.shape.at(-1)!)));
        return mask ? where(mask, weights, 0) : weights;
      },
    },
    [padding],
  ],
  [
    "weights above 1",
    { sumsToOne: false, normalize: (scores, mask) => (mask ? where(mask, relu(scores), 0) : relu(scores)) },
    [range],
  ],
  [
    "weights that need not sum to 1, and it does not say so",
    { normalize: (scores, mask) => (mask ? where(mask, sigmoidOf(scores), 0) : sigmoidOf(scores)) },
    [sums],
  ],
];

describe("a broken normaliser is caught", () => {
  test.each(broken)("%s", async (_fault, change, fails) => {
    const failed = await failures(normalizerChecks({ ...softmax, ...change }));
    expect(Object.keys(failed).sort()).toEqual([...fails].sort());
    for (const message of Object.values(failed)) expect(message).toMatch(/^CheckError: .*\n {2}The smallest case/);
  });

  test("a number of calls that is kept", async () => {
    let calls = 0;
    const failed = await failures(
      normalizerChecks({ ...softmax, normalize: (scores, mask) => maskedSoftmax(mul(scores, ++calls), mask) }),
    );
    expect(failed[alone]).toContain("the weights of ");
  });

  test.each([
    [{ reference: "" }, /the reference is empty/],
    [{ formula: " " }, /the formula is empty/],
    [{ name: "top k" }, /must be in kebab case/],
  ])("%o", async (change, message) => {
    expect((await failures(normalizerChecks({ ...softmax, ...change })))["says what it is"]).toMatch(message);
  });

  test("with the smallest case that shows it", async () => {
    const change: Partial<Normalizer> = { normalize: (scores) => softmaxOf(scores, { axis: -1 }) };
    const failed = await failures(normalizerChecks({ ...softmax, ...change }));
    expect(failed[empty]).toMatch(
      /^CheckError: the weights with nothing to attend: element 0 of \[1, 1, 1\] is 1, expected 0 .*\n {2}The smallest case that shows it: b 1, q 1, k 1\.\n {2}scores \[1, 1, 1\]: \S+\n {2}weights \[1, 1, 1\]: 1\n/,
    );
  });
});

describe("a broken mask is caught", () => {
  const whole: Mask = defineMask({
    name: "whole",
    summary: "keys that are no padding, or the query's own",
    allow: ({ query, key, lengths }) => logicalOr(paddingMask.allow({ query, key, lengths }, {}), equal(query, key)),
  });

  test.each([
    ["none", whole, []],
    [
      "numbers for truth",
      { ...whole, allow: ({ query, key }: Parameters<Mask["allow"]>[0]) => sub(query, key) },
      ["is boolean, and broadcasts to [b, q, k]"],
    ],
    [
      "an axis too few",
      {
        ...whole,
        allow: (positions: Parameters<Mask["allow"]>[0]) =>
          causalMask.allow(positions, {}).reshape(-1, positions.key.shape[2]!),
      },
      ["is boolean, and broadcasts to [b, q, k]", "one query at a time equals all at once"],
    ],
    [
      "the same rule wherever the queries start",
      {
        ...whole,
        allow: ({ query, key }: Parameters<Mask["allow"]>[0]) =>
          causalMask.allow(
            { query: cast(arange(0, query.shape[1]!), { dtype: "f32" }).reshape(1, -1, 1), key, lengths: key },
            {},
          ),
      },
      ["one query at a time equals all at once"],
    ],
    [
      "padding counted",
      { ...whole, allow: ({ query, key }: Parameters<Mask["allow"]>[0]) => equal(add(query, key), key.shape[2]! - 1) },
      ["padding never matters"],
    ],
    ["no summary", { ...whole, summary: "" }, ["says what it is"]],
  ] as const)("%s", async (_fault, mask, fails) => {
    expect(Object.keys(await failures(maskChecks(mask)))).toEqual(fails);
  });
});
