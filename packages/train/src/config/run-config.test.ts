import { describe, expect, test } from "vitest";
import { builtInRecipes } from "../recipes/index.js";
import { ConfigError } from "./config-error.js";
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
    expect(data).toMatchObject({
      source: "a.ko",
      target: "a.en",
      tokenizer: "word",
      sourceTokenizer: {},
      lowercase: false,
    });
    expect(data).not.toHaveProperty("task");
    const shared = { tsv: "a", sharedVocabulary: true, sourceTokenizer: { locale: "ko" }, targetTokenizer: {} };
    expect(resolveConfig({ recipe: "bahdanau", data: shared }).data).toMatchObject(shared);
  });

  test.each([
    [{ recipe: "bahdanu" }, 'There is no recipe "bahdanu". Did you mean "bahdanau"?'],
    [{ recipe: "copy", model: { hidenSize: 8 } }, 'model has no key "hidenSize". Did you mean "hiddenSize"?'],
    [{ recipe: "copy", training: { epoch: 3 } }, 'training has no key "epoch". Did you mean "epochs"?'],
    [{ recipe: "copy", trainning: {} }, 'The configuration has no key "trainning". Did you mean "training"?'],
    [{ recipe: "copy", training: { epochs: "many" } }, 'training.epochs must be a number, but "many" came.'],
    [{ recipe: "copy", training: { epochs: 1.5 } }, "training.epochs must be a whole number, but 1.5 came."],
    [{ recipe: "copy", training: { epochs: 0 } }, "training.epochs must be greater than 0, but 0 came."],
    [{ recipe: "copy", training: { epochs: null } }, "training.epochs must be a number, but null came."],
    [
      { recipe: "copy", training: { learningRate: Number.POSITIVE_INFINITY } },
      "training.learningRate must be a finite number, but Infinity came.",
    ],
    [{ recipe: "copy", training: { epochs: Number.NaN } }, "training.epochs must be a finite number, but NaN came."],
    [{ recipe: "copy", training: { momentum: 1 } }, "training.momentum must be less than 1, but 1 came."],
    [{ recipe: "copy", training: { momentum: -1 } }, "training.momentum must be at least 0, but -1 came."],
    [{ recipe: "copy", training: { betas: [0.9] } }, "training.betas must have 2 values, but [0.9] came."],
    [
      { recipe: "copy", training: { betas: [0.9, 0.9, 0.9] } },
      "training.betas must have 2 values, but [0.9,0.9,0.9] came.",
    ],
    [{ recipe: "copy", training: { betas: 0.9 } }, "training.betas must be a list, but 0.9 came."],
    [{ recipe: "copy", training: { betas: [0.9, 1.98] } }, "training.betas.1 must be less than 1, but 1.98 came."],
    [{ recipe: "copy", training: 3 }, "training must be keys and values, but 3 came."],
    [{ recipe: "copy", model: { bidirectional: "no" } }, 'model.bidirectional must be true or false, but "no" came.'],
    [{ recipe: "copy", model: { scorer: 3 } }, "model.scorer must be text, but 3 came."],
    [{ recipe: "copy", data: { symbols: 27 } }, "data.symbols must be at most 26, but 27 came."],
    [
      { recipe: "copy", data: { minLength: 9 } },
      "data.minLength: the shortest sample, 9, is longer than data.maxLength, 7.",
    ],
    [{ recipe: "copy", data: { source: "a" } }, "data: `source` and `target` belong together."],
    [
      { recipe: "copy", data: { tsv: "a", sourceTokenizer: "word" } },
      'data.sourceTokenizer must be keys and values, but "word" came.',
    ],
    [
      { recipe: "copy", data: { tsv: "a", sourceTokenizer: { name: 3 } } },
      "data.sourceTokenizer.name must be text, but 3 came.",
    ],
    [
      {
        recipe: "copy",
        data: {
          tsv: "a",
          sharedVocabulary: true,
          sourceTokenizer: { minFrequency: 1, locale: "ko" },
          targetTokenizer: { minFrequency: 1, locale: "en" },
        },
      },
      "data: `sharedVocabulary` trains one tokenizer, so `sourceTokenizer` and `targetTokenizer` must not differ in an option.",
    ],
    [{ recipe: "fixed-context", model: { scorer: "dot" } }, 'model has no key "scorer".'],
    [{ recipe: "copy", model: { cell: "gur" } }, 'model.cell must be one of "rnn", "gru", "lstm", but "gur" came.'],
    [
      { recipe: "copy", training: { optimizer: "adma" } },
      'training.optimizer must be one of "adam", "adamw", "sgd", but "adma" came. Did you mean "adam"?',
    ],
    [{}, "recipe must be text, but nothing came."],
    [3, "The configuration must be keys and values, but 3 came."],
  ])("%j is refused", (input, message) => {
    expect(() => resolveConfig(input)).toThrow(message);
  });
});

test("every fault is an issue with the path of its key", () => {
  const faults = (input: unknown): ConfigError["issues"] => {
    try {
      resolveConfig(input);
    } catch (error) {
      if (error instanceof ConfigError) {
        expect(error.message).toBe(error.issues.map(({ message }) => message).join("\n"));
        return error.issues;
      }
    }
    throw new Error("a ConfigError was expected");
  };
  const paths = (input: unknown): string[] => faults(input).map(({ path }) => path);
  expect(paths({ recipe: "copy", training: { epohcs: 3, batchSize: 0, patience: 0.5 } })).toEqual([
    "training.batchSize",
    "training.patience",
    "training.epohcs",
  ]);
  expect(paths({ recipe: "copy", sede: 1, seed: -1 })).toEqual(["seed", "sede"]);
  expect(paths({ recipe: "cpoy" })).toEqual(["recipe"]);
  expect(paths({ recipe: "copy", data: { source: "a" } })).toEqual(["data"]);
  expect(paths([])).toEqual([""]);
  expect(new ConfigError("All is wrong.").issues).toEqual([{ path: "", message: "All is wrong." }]);
});

test("findRecipe knows every recipe", () => {
  for (const { name } of builtInRecipes) expect(findRecipe(name).name).toBe(name);
});
