import { builtInScorers, defineScorer } from "@heed/attention";
import { describe, expect, test } from "vitest";
import { builtInRecipes } from "../recipes/index.js";
import { checkConfig } from "./run-config.js";
import { textDefaults } from "./text-defaults.js";

const tsv = { tsv: "ko-en.tsv" };

describe("text", () => {
  test("has the defaults of a translator, with files and without", () => {
    for (const data of [tsv, { source: "a.ko", target: "a.en" }, { tokenizer: "character" }]) {
      expect(checkConfig({ recipe: "bahdanau", data })).toMatchObject(textDefaults);
    }
    expect(checkConfig({ recipe: "bahdanau" }, { text: true })).toMatchObject(textDefaults);
  });

  test("given values win", () => {
    const model = { bidirectional: false, dropout: 0 };
    const training = { epochs: 3, clipNorm: null, labelSmoothing: 0, patience: null };
    expect(checkConfig({ recipe: "bahdanau", data: tsv, model, training })).toMatchObject({ model, training });
    const absent = { dropout: undefined };
    expect(checkConfig({ recipe: "bahdanau", data: tsv, model: absent })).toMatchObject(textDefaults);
  });

  test("a recipe keeps its other values, and gets no key that its model does not have", () => {
    const { model, training } = checkConfig({ recipe: "transformer", data: tsv });
    expect(model).toMatchObject({ dropout: 0.2, layers: 2 });
    expect(model).not.toHaveProperty("bidirectional");
    expect(training).toMatchObject({ learningRate: 2e-3, schedule: "linear", epochs: textDefaults.training.epochs });
  });

  test("a recipe is valid on text as it is, with every scorer", () => {
    for (const { name } of builtInRecipes) checkConfig({ recipe: name, data: tsv });
    for (const { name } of builtInScorers) checkConfig({ recipe: "luong", data: tsv, model: { scorer: name } });
  });

  test.each([
    ["bahdanau", {}, true],
    ["luong", {}, true],
    ["dot-rnn", {}, false],
    ["dot-rnn", { scorer: "general" }, true],
    ["bahdanau", { scorer: "dot" }, false],
    ["bahdanau", { scorer: "cosine" }, false],
    ["bahdanau", { encoder: "self-attention" }, false],
    ["bahdanau", { scorer: "dot", bidirectional: true }, true],
  ])("%s %j is bidirectional: %s", (recipe, model, bidirectional) => {
    expect(checkConfig({ recipe, data: tsv, model }).model.bidirectional).toBe(bidirectional);
  });

  test("a scorer from outside decides as well", () => {
    const own = defineScorer({
      name: "own",
      shapes: "b q d, b k d -> b q k",
      formula: "s · h",
      reference: "a test",
      score: (_, query, keys) => query.matmul(keys.transpose()),
      samples: [],
    });
    const input = { recipe: "bahdanau", data: tsv, model: { scorer: "own" } };
    expect(checkConfig(input, { plugins: [own] }).model.bidirectional).toBe(false);
  });

  test("an embedding is shared only if the vocabulary is", () => {
    expect(checkConfig({ recipe: "dot-rnn", data: tsv }).model.shareEmbedding).toBe(false);
    const shared = { ...tsv, sharedVocabulary: true };
    expect(checkConfig({ recipe: "dot-rnn", data: shared }).model.shareEmbedding).toBe(true);
  });
});

test("a task has the defaults of its recipe", () => {
  for (const data of [{}, { task: "reverse", train: 9 }]) {
    expect(checkConfig({ recipe: "bahdanau", data })).toMatchObject({
      model: { bidirectional: false, dropout: 0 },
      training: { epochs: 15, clipNorm: null, labelSmoothing: 0, patience: null },
    });
  }
});
