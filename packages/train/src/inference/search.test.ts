import { beam, sample } from "@heed/seq2seq";
import { cpu, memory, use } from "@heed/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import { tinyConfig } from "../../testing/tiny.js";
import { type TrainResult, train } from "../train.js";
import { score } from "./score.js";
import { translate } from "./translate.js";

let run: TrainResult;
let second: TrainResult;

const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 200, validation: 20 };
const tiny = (seed: number, symbols = 3) =>
  train({ config: tinyConfig({ epochs: 4, learningRate: 0.01 }, { seed, data: { ...data, symbols } }) });

beforeAll(async () => {
  await use(cpu());
  [run, second] = [await tiny(1), await tiny(2)];
});

describe("translate, with a search", () => {
  test("returns the best hypotheses in order, each with its score and log-probabilities", async () => {
    const [{ hypotheses, ...best } = { hypotheses: [] }] = await translate(run, ["a c b"], {
      search: beam({ size: 4, nBest: 4 }),
    });
    expect(hypotheses).toHaveLength(4);
    expect(best).toMatchObject({ text: hypotheses[0]!.text, tokens: hypotheses[0]!.tokens });
    const scores = hypotheses.map((each) => each.score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    for (const { tokens, logProb, logProbs, weights } of hypotheses) {
      expect(logProbs).toHaveLength(tokens.length);
      expect(weights).toHaveLength(tokens.length);
      expect(logProb).toBeCloseTo(logProbs.reduce((sum, value) => sum + value, 0));
    }
  });

  test("begins with the prefix, contains what is required, and nothing that is forbidden", async () => {
    const search = beam({ size: 4, nBest: 4 });
    const lines = ["a b", "c c c"];
    const all = async (options: Parameters<typeof translate>[2]) =>
      (await translate(run, lines, { search, ...options })).flatMap(({ hypotheses }) => hypotheses);
    for (const { text } of await all({ prefix: "c a" })) expect(text).toMatch(/^c a/);
    for (const { text } of await all({ required: ["b a"] })) expect(text).toContain("b a");
    for (const { text } of await all({ forbidden: ["a"] })) expect(text).not.toContain("a");
    for (const { tokens } of await all({ minLength: 6 })) expect(tokens.length).toBeGreaterThanOrEqual(6);
    for (const { text } of await all({ noRepeatNgram: 1 })) expect(text).not.toMatch(/(\w).*\1/);
    const [first, other] = await translate(run, lines, { prefix: ["b", "a a"] });
    expect([first!.tokens[0], other!.tokens.slice(0, 2)]).toEqual(["b", ["a", "a"]]);
  });

  test("the default length limit has room for required phrases", async () => {
    const required = ["a b c a", "c b a c", "b b b b"];
    const [line] = await translate(run, ["a"], { search: beam({ size: 2 }), required });
    for (const phrase of required) expect(line!.text).toContain(phrase);
  });

  test.each([
    ["a prefix with unknown characters", { prefix: "a ü" }, /prefix "a ü": The vocabulary of 6 tokens has no "ü"/],
    [
      "a required phrase without tokens",
      { required: [" "] },
      /required: expected a phrase, got " ", which has no tokens/,
    ],
    [
      "a contradiction",
      { required: ["a b"], forbidden: ["b"] },
      /forbidden "b" is a part of "a b", which must be written/,
    ],
    ["phrases that exceed the length", { required: ["a b c"], maxLength: 3 }, /but maxLength is 3/],
    ["a prefix that exceeds the length", { prefix: "a b c", maxLength: 2 }, /but maxLength is 2/],
    ["prefixes for other lines", { prefix: ["a"] }, /a text for each of the 2 lines, got 1/],
    ["lengths", { minLength: 9, maxLength: 3 }, /minLength is 9, but maxLength is 3/],
    [
      "a beam larger than the vocabulary",
      { search: beam({ size: 7 }) },
      /size of the target vocabulary, which is 6, got 7/,
    ],
    ["phrases that a sample must have", { search: sample(), required: ["a"] }, /sample cannot make sure that a phrase/],
  ])("refuses %s", async (_, options, message) => {
    const before = memory().buffers;
    await expect(translate(run, ["a", "b"], { search: beam({ size: 2 }), ...options })).rejects.toThrow(message);
    expect(memory().buffers).toBe(before);
  });

  test("samples the same for the same seed, whatever the batch size is", async () => {
    const lines = ["a b c", "b", "c a", "a"];
    const draw = async (seed: number, batchSize: number) =>
      (await translate(run, lines, { search: sample({ seed, temperature: 3, nBest: 3 }), batchSize })).map((line) =>
        line.hypotheses.map(({ text }) => text),
      );
    expect(await draw(1, 1)).toEqual(await draw(1, 4));
    expect(await draw(1, 4)).not.toEqual(await draw(2, 4));
    // A part of a text draws what the whole text draws.
    const search = sample({ seed: 1, temperature: 3, nBest: 3 });
    const [last] = await translate(run, lines.slice(3), { search, firstPosition: 3 });
    expect(last!.hypotheses.map(({ text }) => text)).toEqual((await draw(1, 4))[3]);
  });

  test("traces a beam with tokens", async () => {
    const [line] = await translate(run, ["a b"], { search: beam({ size: 2 }), trace: true });
    expect(line!.trace[0]!.every(({ parent }) => parent === -1)).toBe(true);
    expect(line!.trace.flat().some(({ token, fate }) => token === "<eos>" && fate === "finished")).toBe(true);
    expect((await translate(run, ["a b"], { search: beam({ size: 2 }) }))[0]!.trace).toEqual([]);
  });
});

describe("ensembles", () => {
  test("average the probabilities of their models", async () => {
    const [line] = await translate([run, second], ["a c b"], { search: beam({ size: 2, lengthPenalty: 0 }) });
    const pair = { source: "a c b", target: line!.text };
    const [a, b, both] = [await score(run, [pair]), await score(second, [pair]), await score([run, second], [pair])];
    line!.hypotheses[0]!.logProbs.forEach((value, i) => {
      const mean = (Math.exp(a[0]!.logProbs[i]!) + Math.exp(b[0]!.logProbs[i]!)) / 2;
      expect(value).toBeCloseTo(Math.log(mean), 5);
      expect(both[0]!.logProbs[i]).toBeCloseTo(value, 5);
    });
  });

  test("need the same vocabularies", async () => {
    const other = await tiny(1, 5);
    const message = /same source vocabulary, but model 1 has 6 tokens and model 2 has 8/;
    await expect(translate([run, other], ["a"])).rejects.toThrow(message);
    await expect(score([run, other], [{ source: "a", target: "a" }])).rejects.toThrow(message);
    await expect(translate([], ["a"])).rejects.toThrow("expected at least one run, got none");
    other.model.dispose();
  });
});

describe("score", () => {
  test("is the log-probability of a hypothesis of the search, whatever the batch is", async () => {
    const lines = ["a b c", "b", "c a"];
    const found = await translate(run, lines);
    const pairs = lines.map((source, i) => ({ source, target: found[i]!.text }));
    for (const batchSize of [1, 32]) {
      const scored = await score(run, pairs, { batchSize });
      for (const [i, { tokens, logProb, logProbs, weights, source }] of scored.entries()) {
        const [best] = found[i]!.hypotheses;
        expect([tokens, source]).toEqual([best!.tokens, found[i]!.source]);
        expect(logProb).toBeCloseTo(best!.logProb, 4);
        expect(weights!.map((row) => row.length)).toEqual(logProbs.map(() => source.length));
      }
    }
  });

  test("keeps the place of a pair that cannot be scored, and leaks nothing", async () => {
    const before = memory().buffers;
    const pairs = [
      { source: "a", target: "a" },
      { source: "a", target: "z" },
      { source: " ", target: "a" },
      { source: "a ".repeat(2001), target: "a" },
      { source: "b", target: "" },
    ];
    const scored = await score(run, pairs);
    expect(scored.map(({ error }) => error?.slice(0, 30) ?? null)).toEqual([
      null,
      "The vocabulary of 6 tokens has",
      "The source has no tokens. Remo",
      "The source has 2001 tokens; at",
      null,
    ]);
    expect(scored.map(({ logProb }) => Number.isNaN(logProb))).toEqual([false, true, true, true, false]);
    expect(scored[4]!.tokens).toEqual(["<eos>"]);
    expect(memory().buffers).toBe(before);
  });
});
