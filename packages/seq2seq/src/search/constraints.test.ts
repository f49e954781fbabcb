import { Random } from "@heed/core";
import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { findBoth, idsOf, peaked, searchModels } from "../../testing/search-models.js";
import { testContext } from "../../testing/test-context.js";
import { beam } from "./beam.js";
import type { GenerateOptions } from "./generate-options.js";
import { greedy } from "./greedy.js";
import { sample } from "./sample.js";
import type { Search } from "./search.js";

const { eosId } = testContext().target;

beforeEach(() => use(cpu({ precision: "f64" })));

describe("constraints", () => {
  const model = () => peaked(searchModels["before-step"](), 3);
  const searches = [greedy(), beam({ size: 4, nBest: 4 }), sample({ nBest: 4, seed: 2 })];

  test.each(searches)("each hypothesis begins with the prefix: $name", async (search) => {
    const [first, second] = await findBoth(await model(), search, { prefixes: [[5, 3], null] });
    for (const { ids } of first!) expect(ids.slice(0, 2)).toEqual([5, 3]);
    const [, free] = await findBoth(await model(), search);
    expect(idsOf(second!)).toEqual(idsOf(free!));
  });

  test.each(searches)("no hypothesis contains what is forbidden, or a group of tokens twice: $name", async (search) => {
    const [first] = await findBoth(await model(), search, {
      forbidden: [[[3], [4, 5]], []],
      noRepeatNgram: 2,
      minLength: 6,
    });
    for (const { ids } of first!) {
      expect(ids).not.toContain(3);
      expect(ids.join()).not.toMatch(/4,5/);
      const groups = ids.slice(1).map((id, i) => `${ids[i]} ${id}`);
      expect(new Set(groups).size).toBe(groups.length);
    }
  });

  test.each(searches)("minLength counts <eos>: $name", async (search) => {
    for (const hypothesis of (await findBoth(await model(), search, { minLength: 5 })).flat()) {
      expect(hypothesis.ids.length).toBeGreaterThanOrEqual(5);
    }
  });

  test.each([1, 2, 5])("a beam of size %i writes every required phrase, also at the last moment", async (beamSize) => {
    const random = new Random(3);
    const net = await model();
    for (let trial = 0; trial < 20; trial++) {
      const phrases = [[4, 3], [5], [3, 3, 4]].slice(0, 1 + random.integer(0, 3));
      const tokens = phrases.flat().length;
      const maxLength = tokens + 1 + random.integer(0, 3);
      const [found] = await findBoth(net, beam({ size: beamSize, nBest: 1 }), { maxLength, required: [phrases, null] });
      expect(found![0]!.finished).toBe(true);
      for (const phrase of phrases) expect(`,${found![0]!.ids.join()},`).toContain(`,${phrase.join()},`);
    }
  });

  const refused: [string, Partial<GenerateOptions>, Search, RegExp][] = [
    [
      "no room",
      { maxLength: 3, required: [[[3, 4, 5]], null] },
      beam({ size: 2 }),
      /have 3 tokens, and <eos> is one more, but maxLength is 3/,
    ],
    [
      "contradiction",
      { required: [[[3, 4]], null], forbidden: [[[4]], null] },
      beam({ size: 2 }),
      /\[4\] is forbidden, but \[3, 4\] must be written/,
    ],
    ["prefix", { prefixes: [[3], null], forbidden: [[[3]], null] }, greedy(), /\[3\] is forbidden/],
    ["repetition", { prefixes: [[3, 3], null], noRepeatNgram: 1 }, greedy(), /repeats 1 tokens/],
    ["unknown id", { prefixes: [[99], null] }, greedy(), /sentence 1: prefix: expected ids .* got 99/],
    ["<eos>", { required: [null, [[eosId]]] }, beam({ size: 2 }), /sentence 2: required: .* got 2/],
    ["empty phrase", { forbidden: [[[]], null] }, greedy(), /a forbidden phrase has no tokens/],
    [
      "too few entries",
      { prefixes: [null] },
      greedy(),
      /prefixes must have an entry for each of the 2 sentences, got 1/,
    ],
    ["lengths", { minLength: 9 }, greedy(), /minLength is 9, but maxLength is 8/],
    ["maxLength 0", { maxLength: [4, 0] }, greedy(), /sentence 2: maxLength must be a positive integer, got 0/],
    ["sampling", { required: [[[3]], null] }, sample(), /sample cannot make sure that a phrase is written/],
    ["beam", {}, beam({ size: 99 }), /size must be at most the size of the target vocabulary, which is \d+, got 99/],
  ];
  test.each(refused)("refuses what cannot be met: %s", async (_, options, search, message) => {
    await expect(findBoth(searchModels.luong(), search, options)).rejects.toThrow(message);
  });
});
