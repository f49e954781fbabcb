import { wasm } from "@heed/backend-wasm";
import { Random } from "@heed/core";
import { cpu, Draw, full, sum, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { Attention } from "../attention.js";
import type { AttentionOptions } from "../attention-options.js";
import { findScorer } from "../find-by-name.js";
import { scorerChecks } from "../testing/index.js";
import { builtInScorers } from "./index.js";

describe("every scorer", () => {
  for (const scorer of builtInScorers)
    for (const check of scorerChecks(scorer, { backends: { wasm } })) test(check.name, check.run);

  test("is found by its names and aliases, and each name is one scorer's own", () => {
    const names = builtInScorers.flatMap((scorer) => [scorer.name, ...(scorer.aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
    expect(findScorer("bahdanau").name).toBe("additive");
  });

  test("that nobody knows is an error with a suggestion", () => {
    expect(() => findScorer("aditive")).toThrow(
      `There is no scorer "aditive". Did you mean "additive"? Known: ${builtInScorers.map(({ name }) => name).join(", ")}.`,
    );
  });
});

describe("scorers with sizes of their own", () => {
  const draw = new Draw(1);
  const build = (scorer: string, options: Partial<AttentionOptions> = {}): Attention =>
    new Attention({ scorer: findScorer(scorer), querySize: 4, keySize: 6, random: new Random(1), ...options });

  beforeEach(() => use(cpu()));

  test("location has a score for maxKeys positions, and says so of a longer sentence", () => {
    const attention = build("location", { maxKeys: 5 });
    expect(attention.scorer.W!.shape).toEqual([4, 5]);
    expect(attention.forward(draw.randn(2, 4), attention.prepare(draw.randn(2, 3, 6))).weights.shape).toEqual([
      2, 1, 3,
    ]);
    expect(() => attention.prepare(draw.randn(2, 6, 6))).toThrow(
      "scorer location: a sentence has 6 keys, but maxKeys is 5; raise it, or shorten the sentence.",
    );
  });

  test("multi-head refuses heads that do not divide the attention width", () => {
    expect(() => build("multi-head", { attentionSize: 8, heads: 3 })).toThrow(
      "scorer multi-head: 3 heads do not divide the attention width 8; choose a number of heads that does.",
    );
  });

  test.each([0.1, 1, 3])("local-p with radius %d finds something to attend wherever it looks", async (radius) => {
    const attention = build("local-p", { radius });
    // So steep that p is 0 or 5, behind the last key, for most queries, and in between for some.
    attention.scorer.v!.assign(full([4, 1], 5));
    const { weights } = attention.forward(draw.randn(3, 40, 4), attention.prepare(draw.randn(3, 5, 6)));
    for (const total of await sum(weights, { axis: -1 }).data()) expect(total).toBeCloseTo(1, 5);
  });
});
