import { beam } from "@heed/seq2seq";
import { cpu, memory, use } from "@heed/tensor";
import { beforeAll, expect, test } from "vitest";
import { tinyConfig } from "../../testing/tiny.js";
import { type TrainResult, train } from "../train.js";
import { attend } from "./attend.js";
import { translate } from "./translate.js";

let run: TrainResult;

beforeAll(async () => {
  await use(cpu());
  const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 200, validation: 10 };
  run = await train({ config: tinyConfig({ epochs: 8, learningRate: 0.01 }, { data }) });
});

test("gives the weights with which the sentence was written, a row a token", async () => {
  const [translation] = await translate(run, ["a c b"]);
  const { maps, ...rest } = await attend(run, "a c b");
  expect(rest).toEqual(translation);
  expect(maps).toHaveLength(1);
  const { kind, layer, queries, keys, heads } = maps[0]!;
  expect({ kind, layer, queries, keys }).toEqual({
    kind: "cross",
    layer: 0,
    queries: translation!.tokens,
    keys: ["a", "c", "b"],
  });
  expect(heads).toHaveLength(1);
  // Forced with what was written, the model looks where it looked when it wrote it.
  heads[0]!.forEach((row, i) => {
    expect(row).toHaveLength(3);
    row.forEach((weight, j) => {
      expect(weight).toBeCloseTo(translation!.weights![i]![j]!, 5);
    });
  });
});

test("names queries and keys of each kind of a Transformer, whose decoder never looks ahead", async () => {
  const model = { hiddenSize: 8, feedForwardSize: 8, heads: 2, layers: 2 };
  const transformer = await train({ config: tinyConfig({ epochs: 1 }, { recipe: "transformer", model }) });
  const { maps, source, tokens } = await attend(transformer, "a c b", { maxLength: 4 });
  expect(maps.map(({ kind, layer }) => `${kind} ${layer}`).sort()).toEqual(
    ["cross", "decoder", "encoder"].flatMap((kind) => [`${kind} 0`, `${kind} 1`]),
  );
  const seen = ["<sos>", ...tokens.slice(0, -1)];
  const axes = { cross: [tokens, source], encoder: [source, source], decoder: [tokens, seen] };
  for (const { kind, queries, keys, heads } of maps) {
    expect([queries, keys]).toEqual(axes[kind]);
    expect(heads.map((rows) => rows.map((row) => row.length))).toEqual(
      [0, 1].map(() => queries.map(() => keys.length)),
    );
    for (const row of heads.flat()) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    if (kind !== "decoder") continue;
    const future = heads.flatMap((rows) => rows.flatMap((row, i) => row.slice(i + 1)));
    expect(Math.max(...future)).toBe(0);
  }
  transformer.model.dispose();
});

test("shows any hypothesis of a beam, with the weights of that hypothesis", async () => {
  const search = beam({ size: 3, nBest: 3 });
  const [{ hypotheses } = { hypotheses: [] }] = await translate(run, ["a c b"], { search });
  for (const [i, { text, tokens, weights }] of hypotheses.entries()) {
    const shown = await attend(run, "a c b", { search, hypothesis: i + 1 });
    expect(shown).toMatchObject({ text, tokens, weights });
    expect(shown.maps[0]!.queries).toEqual(tokens);
    shown.maps[0]!.heads[0]!.flat().forEach((weight, at) => {
      expect(weight).toBeCloseTo(weights!.flat()[at]!, 5);
    });
  }
  expect(new Set(hypotheses.map(({ text }) => text)).size).toBe(3);
});

test("leaks nothing, and leaves the model in the mode it was in", async () => {
  const before = memory().buffers;
  run.model.train();
  await attend(run, "a b");
  expect(run.model.training).toBe(true);
  run.model.eval();
  await attend(run, "c");
  expect(run.model.training).toBe(false);
  expect(memory().buffers).toBe(before);
});

test("has nothing to show of an empty sentence, or of a model without attention", async () => {
  expect((await attend(run, " ")).maps).toEqual([]);
  const fixed = await train({ config: tinyConfig({ epochs: 1 }, { recipe: "fixed-context" }) });
  const { maps, weights } = await attend(fixed, "a b");
  expect({ maps, weights }).toEqual({ maps: [], weights: null });
});

test("is cut at maxLength, and refuses what translate refuses", async () => {
  const { tokens, maps } = await attend(run, "a b c", { maxLength: 1 });
  expect(maps[0]!.queries).toEqual(tokens);
  expect(tokens).toHaveLength(1);
  await expect(attend(run, "a x")).rejects.toThrow('has no "x"');
  await expect(attend(run, "a", { hypothesis: 2 })).rejects.toThrow(/hypothesis must be an integer from 1 to 1.*got 2/);
  await expect(attend(run, "a", { maxLength: 0 })).rejects.toThrow("maxLength must be an integer");
});
