import { describe, expect, test } from "vitest";
import { builtInRecipes } from "../recipes/index.js";
import { findRecipe, resolveConfig } from "./run-config.js";

describe("resolveConfig", () => {
  test("fills in the numbers of the copy lesson", () => {
    const config = resolveConfig({ recipe: "copy" });
    expect(config).toMatchObject({
      recipe: "copy",
      seed: 0,
      model: {
        cell: "gru",
        embeddingSize: 32,
        hiddenSize: 64,
        layers: 1,
        scorer: "additive",
        combine: "concat",
        output: "state",
      },
      data: { task: "copy", symbols: 8, minLength: 3, maxLength: 7, train: 2000, validation: 200 },
      training: { epochs: 15, batchSize: 32, optimizer: "adam", learningRate: 1e-3 },
    });
  });

  test("resolves its own result to itself", () => {
    for (const { name } of builtInRecipes) {
      const config = resolveConfig({ recipe: name });
      expect(resolveConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  });

  test("lets files take the place of a task", () => {
    const { data } = resolveConfig({ recipe: "bahdanau", data: { source: "a.ko", target: "a.en" } });
    expect(data).toMatchObject({ source: "a.ko", target: "a.en", tokenizer: "word", minFrequency: 2 });
    expect(data).not.toHaveProperty("task");
  });

  test.each([
    [{ recipe: "bahdanu" }, 'There is no recipe "bahdanu". Did you mean "bahdanau"?'],
    [{ recipe: "copy", model: { hidenSize: 8 } }, 'model has no key "hidenSize". Did you mean "hiddenSize"?'],
    [{ recipe: "copy", training: { epoch: 3 } }, 'training has no key "epoch". Did you mean "epochs"?'],
    [{ recipe: "copy", trainning: {} }, 'config has no key "trainning". Did you mean "training"?'],
    [
      { recipe: "copy", training: { epochs: "many" } },
      'training.epochs: expected number, received string, but "many" came.',
    ],
    [{ recipe: "copy", data: { symbols: 27 } }, "data.symbols: Too big"],
    [{ recipe: "copy", data: { source: "a" } }, "data: `source` and `target` belong together"],
    [{ recipe: "fixed-context", model: { scorer: "dot" } }, 'model has no key "scorer".'],
    [
      { recipe: "copy", model: { cell: "gur" } },
      'model.cell: Invalid option: expected one of "rnn"|"gru"|"lstm", but "gur" came.',
    ],
    [{}, "config.recipe: expected string, received undefined, but nothing came."],
  ])("%j is refused", (input, message) => {
    expect(() => resolveConfig(input)).toThrow(message);
  });
});

test("findRecipe knows every recipe", () => {
  for (const { name } of builtInRecipes) expect(findRecipe(name).name).toBe(name);
});
