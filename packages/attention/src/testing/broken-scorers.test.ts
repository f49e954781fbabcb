import { Random } from "@heed/core";
import {
  add,
  arange,
  cast,
  detach,
  div,
  exp,
  keep,
  lessEqual,
  matmul,
  max,
  mean,
  mul,
  type Op,
  primitive,
  randomUniform,
  slice,
  sqrt,
  sub,
  sum,
  type Tensor,
  transpose,
} from "@heed/tensor";
import { describe, expect, test } from "vitest";
import type { Scorer } from "../scorer.js";
import { coverage } from "../scorers/coverage.js";
import { dot } from "../scorers/dot.js";
import { general } from "../scorers/general.js";
import { localM } from "../scorers/local-m.js";
import { multiHead } from "../scorers/multi-head.js";
import { scorerChecks } from "./scorer-checks.js";

/** What the checks of the first sample say, by property; those that hold are left out. */
async function failures(scorer: Scorer): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  for (const { name, run } of scorerChecks({ ...scorer, samples: scorer.samples?.slice(0, 1) })) {
    const property = name.replace(`${scorer.name}, sample 1: `, "").replace(`${scorer.name}: `, "");
    await run().catch((error: Error) => {
      failed[property] = `${error.name}: ${error.message}`;
    });
  }
  return failed;
}

const plain = (query: Tensor, keys: Tensor): Tensor => matmul(query, keys, { transposeB: true });

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

const finite = "the scores are finite, [b, q, k]";
const gradients = "gradients agree with central differences";
const permutation = "permuting the keys permutes the scores";
const masked = "masked keys never matter";
const padding = "padding never matters";
const empty = "nothing to attend gives 0, and no gradient";
const zeros = "zeros give no NaN";
const oneByOne = "one query at a time equals all at once";
const alone = "each call and each sentence stands for itself";
const roundTrip = "saving and loading changes nothing";

/** What is broken, the scorer, and the checks that fail: all others pass. */
const broken: readonly (readonly [fault: string, scorer: Scorer, fails: readonly string[]])[] = [
  [
    "the wrong operand in a gradient",
    { ...dot, score: (_, query, keys) => skewed(plain(query, keys), mul(plain(query, keys), 0.5)) },
    [gradients],
  ],
  [
    "a gradient that does not reach a parameter",
    { ...general, prepare: ({ W }, keys) => matmul(keys, detach(W!), { transposeB: true }) },
    [gradients],
  ],
  [
    "a gradient that does not reach what is remembered",
    { ...coverage, remember: (memory, weights) => add(memory, detach(weights)) },
    [gradients],
  ],
  [
    "the mask ignored: keys are divided by the largest of all",
    { ...dot, prepare: (_, keys) => div(keys, max(keys, { axis: 1, keepDims: true })) },
    [masked, padding, empty, zeros],
  ],
  [
    "padding counted: the window is laid in the middle of all keys",
    {
      ...localM,
      score: (params, query, prepared, around) => {
        const scored = localM.score(params, query, prepared, around) as { scores: Tensor };
        return { ...scored, window: lessEqual(around.positions.key, prepared.shape[1]! / 2) };
      },
    },
    [padding],
  ],
  [
    "a sum over the wrong axis: the mean of the queries is taken off",
    {
      ...dot,
      score: (_, query, keys) => sub(plain(query, keys), mean(plain(query, keys), { axis: 1, keepDims: true })),
    },
    [oneByOne],
  ],
  [
    "a sum over the wrong axis: the mean of the sentences is taken off",
    {
      ...dot,
      score: (_, query, keys) => sub(plain(query, keys), mean(plain(query, keys), { axis: 0, keepDims: true })),
    },
    [alone],
  ],
  [
    "NaN where a masked key is 0",
    {
      ...dot,
      prepare: (_, keys) => div(keys, sqrt(sum(mul(keys, keys), { axis: -1, keepDims: true }))),
    },
    [empty, zeros],
  ],
  [
    "order dependence that is not declared",
    {
      ...dot,
      score: (_, query, keys) => add(plain(query, keys), cast(arange(0, keys.shape[1]!), { dtype: "f32" })),
    },
    [permutation],
  ],
  [
    "a window that leaves nothing to attend",
    {
      ...localM,
      score: (_, query, prepared, { positions: { query: at, key }, sizes: { radius } }) => ({
        scores: plain(query, prepared),
        window: lessEqual(add(at, radius), key),
      }),
    },
    ["weights sum to 1"],
  ],
  [
    "a parameter that is forgotten",
    { ...general, params: (sizes) => ({ ...general.params!(sizes), bias: [sizes.dq] }) },
    ["every parameter counts"],
  ],
  ["a memory that never changes", { ...coverage, remember: (memory) => memory }, ["every parameter counts"]],
  [
    "a memory that changes without looking at the weights",
    { ...coverage, remember: (memory) => add(memory, 1) },
    ["every parameter counts"],
  ],
  [
    "what is remembered, but never looked at",
    { ...general, remember: (memory, weights) => add(memory, weights) },
    ["every parameter counts"],
  ],
  [
    "a window with its axes the wrong way round",
    {
      ...localM,
      score: (_, query, prepared, { positions: { query: at, key } }) => ({
        scores: plain(query, prepared),
        window: transpose(lessEqual(key, at), { permutation: [0, 2, 1] }),
      }),
    },
    [finite, masked, padding, "weights sum to 1", empty, zeros, oneByOne, alone, "nothing leaks"],
  ],
  [
    "a window of numbers",
    {
      ...localM,
      score: (_, query, prepared, { positions: { query: at, key } }) => ({
        scores: plain(query, prepared),
        window: cast(lessEqual(key, at), { dtype: "f32" }),
      }),
    },
    [
      finite,
      "every parameter counts",
      gradients,
      masked,
      padding,
      "weights sum to 1",
      empty,
      zeros,
      oneByOne,
      alone,
      roundTrip,
      "nothing leaks",
    ],
  ],
  [
    "scores of another shape",
    { ...dot, score: (_, query, keys) => mean(plain(query, keys), { axis: 1, keepDims: true }) },
    [finite, masked, padding, "weights sum to 1", empty, zeros, oneByOne, alone, "nothing leaks"],
  ],
  [
    "infinite scores",
    { ...general, score: (_, query, prepared) => exp(mul(plain(query, prepared), 1e6)) },
    [finite, gradients, "weights sum to 1", empty],
  ],
];

describe("a broken scorer is caught", () => {
  test.each(broken)("%s", async (_fault, scorer, fails) => {
    const failed = await failures(scorer);
    expect(Object.keys(failed).sort()).toEqual([...fails].sort());
    for (const message of Object.values(failed)) expect(message).toMatch(/^CheckError: /);
  });

  test("a number of calls that is kept", async () => {
    let calls = 0;
    const counting: Scorer = { ...dot, score: (_, query, keys) => mul(plain(query, keys), ++calls) };
    expect(Object.keys(await failures(counting))).toContain(alone);
  });

  test("keys that are kept", async () => {
    const kept = new Map<string, Tensor>();
    const caching: Scorer = {
      ...dot,
      prepare: (_, keys) => {
        const size = keys.shape.join();
        kept.set(size, kept.get(size) ?? keys);
        return kept.get(size)!;
      },
    };
    const check = scorerChecks(caching).find(({ name }) => name.endsWith(alone))!;
    await expect(check.run()).rejects.toThrow("the weights of two batches after each other, against both at once");
  });

  test("memory that is kept from a call", async () => {
    const kept: Tensor[] = [];
    const hoarding: Scorer = {
      ...dot,
      prepare: (_, keys) => {
        kept.push(keep(mul(keys, 2)));
        return keys;
      },
    };
    expect(Object.keys(await failures(hoarding))).toEqual(["nothing leaks"]);
  });

  test("a number that is drawn, but not saved", async () => {
    const random = new Random(1);
    let scale: Tensor | null = null;
    const forgetful: Scorer = {
      ...dot,
      params: () => {
        scale = randomUniform([1], random);
        return {};
      },
      score: (_, query, keys) => mul(plain(query, keys), scale!),
    };
    expect(Object.keys(await failures(forgetful))).toEqual([roundTrip]);
  });

  test("a look at what was not declared", async () => {
    const { positional: _, ...peeking } = localM;
    expect(Object.values(await failures(peeking))).toContainEqual(
      expect.stringContaining("scorer local-m reads positions: add `positional: true` to it."),
    );
  });

  test("heads that share one mask of their own", async () => {
    const mixed: Scorer = {
      ...multiHead,
      score: (...given) => {
        const scores = multiHead.score(...given) as Tensor;
        return add(scores, slice(scores, { axis: 2, start: 0, end: 1 }));
      },
    };
    expect(Object.keys(await failures(mixed))).toEqual([oneByOne]);
  });

  test.each([
    [{ reference: " " }, "says what it is", /the reference is empty/],
    [{ formula: "" }, "says what it is", /the formula is empty/],
    [{ name: "myScore" }, "says what it is", /must be in kebab case/],
    [{ shapes: "b q d, b d k -> b q k" }, "says what it is", /are not like/],
    // As in JavaScript, where nobody tells that it is missing.
    [{ shapes: undefined as unknown as string }, "says what it is", /the shapes "undefined" are not like/],
    [{ samples: undefined as unknown as [] }, "a sample tells its axes apart", /in one sample, b, q and k must be/],
    [{ samples: [{ b: 2, q: 3, k: 4, dq: 4, dk: 4, d: 4 }] }, "a sample tells its axes apart", /b, q and k must be/],
    [{ samples: [{ b: 1, q: 3, k: 5, dq: 4, dk: 4, d: 4 }] }, "a sample tells its axes apart", /b, q and k must be/],
  ] as const)("%o", async (change, check, message) => {
    expect((await failures({ ...dot, ...change }))[check]).toMatch(message);
  });
});

describe("a failure", () => {
  test("tells the smallest case that shows it, with its numbers", async () => {
    const failed = await failures({
      ...general,
      prepare: ({ W }, keys) => matmul(keys, detach(W!), { transposeB: true }),
    });
    expect(failed[gradients]).toMatch(
      /^CheckError: gradient for W, against central differences: element 0 of \[1, 1\] is 0, expected .*\n {2}The smallest case that shows it: b 1, q 1, k 1, dq 1, dk 1, d 1\.\n {2}query \[1, 1, 1\]: \S+\n {2}keys \[1, 1, 1\]: \S+\n {2}W \[1, 1\]: \S+\n {2}scores \[1, 1, 1\]: \S+$/,
    );
  });

  test("shrinks no further than the fault can be seen", async () => {
    const failed = await failures({
      ...dot,
      score: (_, query, keys) => add(plain(query, keys), cast(arange(0, keys.shape[1]!), { dtype: "f32" })),
    });
    expect(failed[permutation]).toContain("The smallest case that shows it: b 1, q 1, k 2, dq 1, dk 1, d 1.");
  });
});
