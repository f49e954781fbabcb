import { expectCaught, failuresOf, type PlantedFault } from "@heed/core/testing";
import { abs, add, detach, div, lessEqual, matmul, minimum, mul, sub, sum, transpose } from "@heed/tensor";
import { describe, expect, test } from "vitest";
import { changed, checksOf, empty, gradients, norm, permutation, steps, windowed } from "../../testing/plant-scorer.js";
import type { Scorer } from "../scorer.js";
import { coverage } from "../scorers/coverage.js";
import { dot } from "../scorers/dot.js";
import { general } from "../scorers/general.js";
import { localM } from "../scorers/local-m.js";
import { scorerChecks } from "./scorer-checks.js";

/** Scorers without a fault: no check fails. */
const right: readonly PlantedFault<Scorer>[] = [
  {
    name: "none: −|s − h|²",
    plant: changed((scores, s, h) =>
      sub(
        mul(scores, 2),
        add(
          sum(mul(s, s), { axis: -1, keepDims: true }),
          transpose(sum(mul(h, h), { axis: -1, keepDims: true }), { permutation: [0, 2, 1] }),
        ),
      ),
    ),
    caughtBy: null,
  },
  { name: "none: (s · h + 1)²", plant: changed((scores) => mul(add(scores, 1), add(scores, 1))), caughtBy: null },
  {
    name: "none: a window that stays at the last key",
    plant: windowed(({ query, key, lengths }) => lessEqual(abs(sub(key, minimum(query, sub(lengths, 1)))), 1)),
    caughtBy: null,
  },
  {
    name: "none: half of the memory is forgotten",
    plant: { ...coverage, remember: (memory, weights) => add(mul(memory, 0.5), weights) },
    caughtBy: null,
  },
];

test.each(right)("$name", ({ plant, caughtBy }) => expectCaught(scorerChecks(plant), caughtBy));

describe("a broken scorer is caught", () => {
  test("nothing to attend: NaN where masked keys are 0", () =>
    expectCaught(checksOf({ ...dot, prepare: (_, keys) => div(keys, norm(keys)) }), empty));

  test("reading what was not declared names the option", async () => {
    const { positional: _, ...peeking } = localM;
    const failed = Object.values(await failuresOf(scorerChecks(peeking).slice(0, 3)));
    expect(failed.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("scorer local-m reads positions: add `positional: true` to it."),
    );
  });

  test.each([
    [{ reference: " " }, "says what it is", /the reference is empty/],
    [{ formula: "" }, "says what it is", /the formula is empty/],
    [{ name: "myScore" }, "says what it is", /must be in kebab case/],
    [{ shapes: "b q d, b d k -> b q k" }, "says what it is", /are not like/],
    // JavaScript authors get no type error.
    [{ shapes: undefined as unknown as string }, "says what it is", /the shapes "undefined" are not like/],
    [{ samples: undefined as unknown as [] }, "a sample tells its axes apart", /in one sample, b, q and k must be/],
    [{ samples: [{ b: 2, q: 3, k: 4, dq: 4, dk: 4, d: 4 }] }, "a sample tells its axes apart", /b, q and k must be/],
    [{ samples: [{ b: 1, q: 3, k: 5, dq: 4, dk: 4, d: 4 }] }, "a sample tells its axes apart", /b, q and k must be/],
  ] as const)("%o", async (change, check, message) => {
    const [description, samples] = scorerChecks({ ...dot, ...change });
    const failed = await failuresOf([description!, samples!]);
    expect(failed[`${{ ...dot, ...change }.name}: ${check}`]?.message).toMatch(message);
  });
});

describe("a failure", () => {
  const failureOf = async (scorer: Scorer, property: string): Promise<string> => {
    const failed = await failuresOf(
      checksOf(scorer).filter(({ name }) => name === `${scorer.name}, sample 1: ${property}`),
    );
    return Object.values(failed)[0]!.message;
  };

  test("reports the smallest case that shows it, with its numbers", async () => {
    const cut: Scorer = { ...general, prepare: ({ W }, keys) => matmul(keys, detach(W!), { transposeB: true }) };
    expect(await failureOf(cut, gradients)).toMatch(
      /^gradient for W, against central differences: element 0 of \[1, 1\] is 0, expected .*\n {2}The smallest case that shows it: b 1, q 1, k 1, dq 1, dk 1, d 1\.\n {2}query \[1, 1, 1\]: \S+\n {2}keys \[1, 1, 1\]: \S+\n {2}W \[1, 1\]: \S+\n {2}scores \[1, 1, 1\]: \S+$/,
    );
  });

  test("shrinks no further than the fault can be seen", async () => {
    const ordered = changed((scores) => add(scores, steps(scores.shape[2]!)));
    expect(await failureOf(ordered, permutation)).toContain(
      "The smallest case that shows it: b 1, q 1, k 2, dq 1, dk 1, d 1.",
    );
  });
});
