import { defineNormalizer } from "@heed/attention";
import type { Extension } from "@heed/core";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { defineRecipe } from "../recipe.js";
import { bahdanau, builtInRecipes } from "../recipes/index.js";
import { ConfigError } from "./config-error.js";
import { checkConfig, findRecipe, resolveConfig } from "./run-config.js";

/** The issues of the error that a configuration causes. */
function faultsOf(input: unknown): ConfigError["issues"] {
  try {
    checkConfig(input);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).toBe(error.issues.map(({ message }) => message).join("\n"));
    return error.issues;
  }
  throw new Error("a ConfigError was expected");
}

const pathsOf = (input: unknown): string[] => faultsOf(input).map(({ path }) => path);

describe("checkConfig", () => {
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
      for (const text of [false, true]) {
        const config = checkConfig({ recipe: name }, { text });
        expect(checkConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
      }
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
    [{ recipe: "copy", training: { epochs: "many" } }, 'training.epochs must be an integer, got "many".'],
    [{ recipe: "copy", training: { epochs: 1.5 } }, "training.epochs must be an integer, got 1.5."],
    [{ recipe: "copy", training: { epochs: 0 } }, "training.epochs must be greater than 0, got 0."],
    [{ recipe: "copy", training: { epochs: null } }, "training.epochs must be an integer, got null."],
    [
      { recipe: "copy", training: { learningRate: Number.POSITIVE_INFINITY } },
      "training.learningRate must be a finite number, got Infinity.",
    ],
    [{ recipe: "copy", training: { epochs: Number.NaN } }, "training.epochs must be a finite number, got NaN."],
    [
      { recipe: "copy", training: { optimizer: "sgd", optimizerOptions: { momentum: 1 } } },
      "training.optimizerOptions.momentum: The option momentum of the optimizer sgd must be a number of at least 0 and below 1, got 1.",
    ],
    [
      { recipe: "copy", training: { optimizerOptions: { betas: [0.9, 1.98] } } },
      "The option betas of the optimizer adam must be a list of 2 numbers of at least 0 and below 1, got [0.9,1.98].",
    ],
    [
      { recipe: "copy", training: { optimizerOptions: { momentum: 0.5 } } },
      'training.optimizerOptions.momentum: The optimizer "adam" has no option "momentum". Known: betas, eps, weightDecay.',
    ],
    [
      { recipe: "copy", training: { scheduleOptions: { power: 2 } } },
      'training.scheduleOptions.power: The schedule "constant" has no option "power". It has none.',
    ],
    [
      { recipe: "copy", training: { optimizerOptions: 3 } },
      "training.optimizerOptions must be an object with keys, got 3.",
    ],
    [{ recipe: "copy", training: { betas: [0.9, 0.98] } }, 'training has no key "betas".'],
    [{ recipe: "copy", training: 3 }, "training must be an object with keys, got 3."],
    [{ recipe: "copy", model: { bidirectional: "no" } }, 'model.bidirectional must be true or false, got "no".'],
    [{ recipe: "copy", model: { scorer: 3 } }, "model.scorer must be a string, got 3."],
    [
      { recipe: "copy", data: { symbols: 0 } },
      "data.symbols: The option symbols of the task copy must be an integer of at least 1 and of at most 100000, got 0.",
    ],
    [
      { recipe: "copy", data: { minLength: 9 } },
      "data.minLength: minLength must be at most maxLength, got minLength 9 and maxLength 7.",
    ],
    [{ recipe: "copy", data: { source: "a" } }, "data: `source` and `target` belong together."],
    [
      { recipe: "copy", data: { tsv: "a", sourceTokenizer: "word" } },
      'data.sourceTokenizer must be an object with keys, got "word".',
    ],
    [
      { recipe: "copy", data: { tsv: "a", sourceTokenizer: { name: 3 } } },
      "data.sourceTokenizer.name must be a string, got 3.",
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
    [{ recipe: "copy", model: { cell: "gur" } }, 'model.cell must be one of "rnn", "gru", "lstm", got "gur".'],
    [
      { recipe: "copy", training: { optimizer: "adma" } },
      'training.optimizer: There is no optimizer "adma". Did you mean "adam"?',
    ],
    [{}, "recipe must be a string, got nothing."],
    [3, "The configuration must be an object with keys, got 3."],
  ])("%j is refused", (input, message) => {
    expect(() => checkConfig(input)).toThrow(message);
  });
});

describe("the kind of data", () => {
  const kindOf = (data: object, text?: boolean): string => {
    const config = checkConfig({ recipe: "bahdanau", data }, { text });
    return "task" in config.data ? "task" : "text";
  };

  test.each([
    [{}, "task"],
    [{ validation: 5, maxLength: 9 }, "task"],
    [{ task: "sort" }, "task"],
    [{ tsv: "a.tsv" }, "text"],
    [{ source: "a.ko", target: "a.en" }, "text"],
    [{ tokenizer: "character" }, "text"],
    [{ sharedVocabulary: true, maxLength: 9 }, "text"],
  ])("%j: %s", (data, kind) => {
    expect(kindOf(data)).toBe(kind);
  });

  test("is text for pairs in memory, without any key of text", () => {
    expect(kindOf({}, true)).toBe("text");
    expect(kindOf({ validation: 0.1 }, true)).toBe("text");
    expect(() => kindOf({ task: "copy" }, true)).toThrow('data has no key "task".');
  });

  test("suggests keys of both kinds", () => {
    expect(() => kindOf({ sorce: "a" })).toThrow('data has no key "sorce". Did you mean "source"?');
    expect(() => kindOf({ tsv: "a.tsv", symbosl: 3 })).toThrow('data has no key "symbosl". Did you mean "symbols"?');
  });

  test("explains a key of the other kind of data", () => {
    expect(() => kindOf({ train: "a", alignments: "b" })).toThrow(
      'data has no key "train". It belongs to a synthetic task, but "alignments" to text. Leave out one of them. Known: ',
    );
    expect(() => kindOf({ task: "copy", alignments: "b" })).toThrow(
      'data has no key "alignments". It belongs to text. "task" chooses a synthetic task, which makes its own pairs and alignments. Leave out one of them. Known: ',
    );
    expect(() => kindOf({ task: "copy" }, true)).toThrow(
      "It belongs to a synthetic task, but the data is text. Leave it out. Known: ",
    );
  });

  test("files are named in one form only", () => {
    expect(() => kindOf({ tsv: "a.tsv", source: "a" })).toThrow("data: name the files in one form: ");
  });
});

describe("faults", () => {
  test("have the path of their key", () => {
    expect(pathsOf({ recipe: "copy", training: { epohcs: 3, batchSize: 0, patience: 0.5 } })).toEqual([
      "training.batchSize",
      "training.patience",
      "training.epohcs",
    ]);
    expect(pathsOf({ recipe: "copy", sede: 1, seed: -1 })).toEqual(["seed", "sede"]);
    expect(pathsOf({ recipe: "cpoy" })).toEqual(["recipe"]);
    expect(pathsOf({ recipe: "copy", data: { source: "a" } })).toEqual(["data"]);
    expect(pathsOf([])).toEqual([""]);
    expect(new ConfigError("All is wrong.").issues).toEqual([{ path: "", message: "All is wrong." }]);
  });

  test("of all sections are reported at once", () => {
    expect(
      faultsOf({
        recipe: "bahdanau",
        sede: 3,
        model: { hiddenSize: 0, sccorer: "dot" },
        data: { tsv: "a.tsv", validation: -1 },
        training: { epochs: "many", optimizer: "adma" },
      }).map(({ message }) => message.replace(/ Known:.*/, "")),
    ).toEqual([
      'The configuration has no key "sede". Did you mean "seed"?',
      "data.validation must be greater than 0, got -1.",
      "model.hiddenSize must be greater than 0, got 0.",
      'model has no key "sccorer". Did you mean "scorer"?',
      'training.epochs must be an integer, got "many".',
      'training.optimizer: There is no optimizer "adma". Did you mean "adam"?',
    ]);
  });

  test("are reported for data and training even if the recipe does not exist", () => {
    const input = { recipe: "cpoy", model: 3, data: { symbols: 0 }, training: { epochs: 0 } };
    expect(pathsOf(input)).toEqual(["model", "recipe", "data.symbols", "training.epochs"]);
  });

  test("include an embedding that is shared by two vocabularies", () => {
    const shared = { recipe: "bahdanau", model: { shareEmbedding: true }, data: { tsv: "a.tsv" } };
    expect(faultsOf(shared)).toEqual([
      {
        path: "model.shareEmbedding",
        message: expect.stringContaining("set data.sharedVocabulary to true, or model.shareEmbedding to false."),
      },
    ]);
    checkConfig({ ...shared, data: { tsv: "a.tsv", sharedVocabulary: true } });
    checkConfig({ recipe: "dot-rnn", model: { shareEmbedding: true } });
  });
});

test("a recipe from outside is resolved by name; its options are an open record", () => {
  const own = defineRecipe({
    name: "mine",
    summary: "for a test",
    model: z.strictObject({ width: z._default(z.int(), 3) }),
    data: { tokenizer: "whitespace" },
    training: { epochs: 2 },
    build: (_, context) => bahdanau.build({}, context),
  });
  const { model, data, training } = resolveConfig({ recipe: "mine", model: { width: 5 } }, { plugins: [own] });
  expect(model).toEqual({ width: 5 });
  expect(data).toMatchObject({ tokenizer: "whitespace" });
  // The defaults for text take the place of the recipe's.
  expect(training.epochs).toBe(40);
  expect(() => resolveConfig({ recipe: "mine", model: { widht: 5 } }, { plugins: [own] })).toThrow(
    'model has no key "widht". Did you mean "width"?',
  );
});

test("the options of a model are checked before it is built", () => {
  const context = { source: {}, target: {} } as Parameters<typeof bahdanau.build>[1];
  expect(() => bahdanau.build({ hiddenSize: 0 }, context)).toThrow(ConfigError);
  expect(() => bahdanau.build({ hiddenSize: 0 }, context)).toThrow("model.hiddenSize must be greater than 0, got 0.");
});

test("findRecipe knows every recipe", () => {
  for (const { name } of builtInRecipes) expect(findRecipe(name).name).toBe(name);
});

describe("names", () => {
  const issues = (value: unknown, plugins: readonly Extension[] = []): unknown => {
    try {
      return checkConfig(value, { plugins });
    } catch (error) {
      return (error as ConfigError).issues.map(({ path, message }) => [path, message.replace(/ Known:.*/, "")]);
    }
  };

  test("of every kind are looked up, and unknown ones are reported with all other faults", () => {
    const model = { scorer: "doot", normalizer: "softmx", masks: { windw: {}, window: { radios: 3 } }, hiddenSize: 0 };
    const data = { tsv: "a.tsv", tokenizer: "wrd", targetTokenizer: { name: "word", minFrequency: 0 } };
    expect(issues({ recipe: "bahdanau", model, data, training: { epochs: 0 } })).toEqual([
      ["data.tokenizer", 'data.tokenizer: There is no tokenizer "wrd". Did you mean "word"?'],
      ["data.targetTokenizer.minFrequency", expect.stringContaining("must be an integer of at least 1, got 0.")],
      ["model.hiddenSize", "model.hiddenSize must be greater than 0, got 0."],
      ["model.scorer", 'model.scorer: There is no scorer "doot". Did you mean "dot"?'],
      ["model.normalizer", 'model.normalizer: There is no normalizer "softmx". Did you mean "softmax"?'],
      ["model.masks.windw", 'model.masks.windw: There is no mask "windw". Did you mean "window"?'],
      ["model.masks.window", expect.stringContaining('mask window has no option "radios". Did you mean "radius"?')],
      ["training.epochs", "training.epochs must be greater than 0, got 0."],
    ]);
  });

  test("and options of tokenizers are checked in a section with other faults, all of them", () => {
    const sourceTokenizer = { locale: "k o", minFrequency: 0, lokale: "ko" };
    const data = { tsv: "a.tsv", maxLength: 0, targetTokenizer: { name: "wrd" }, sourceTokenizer };
    expect((issues({ recipe: "bahdanau", data }) as [string][]).map(([path]) => path)).toEqual([
      "data.maxLength",
      "data.targetTokenizer.name",
      "data.sourceTokenizer.minFrequency",
      "data.sourceTokenizer.lokale",
      "data.sourceTokenizer.locale",
    ]);
  });

  test("list the known ones, those of plug-ins included", () => {
    const mine = defineNormalizer({ name: "mine", formula: "e", reference: "a test", normalize: (scores) => scores });
    const input = { recipe: "bahdanau", model: { normalizer: "mne" } };
    expect(() => checkConfig(input, { plugins: [mine] })).toThrow(/Did you mean "mine"\? Known: .*softmax, .*mine\.$/);
    expect(issues({ ...input, model: { normalizer: "mine" } }, [mine])).toMatchObject({
      model: { normalizer: "mine" },
    });
  });

  test("that exist twice, and values that are not extensions, are refused", () => {
    const again = defineNormalizer({
      name: "softmax",
      formula: "e",
      reference: "a test",
      normalize: (scores) => scores,
    });
    const check = (plugins: unknown) => () =>
      checkConfig({ recipe: "copy" }, { plugins: plugins as readonly Extension[] });
    expect(check([again])).toThrow('Two normalizers have the name "softmax"');
    expect(check([{ name: "mine" }])).toThrow(
      'plugins[0] must be an extension, got an object with the name "mine". Pass the result of one of these functions: defineScorer, ',
    );
    expect(check([() => 3])).toThrow("plugins[0] must be an extension, got the function");
    expect(check(again)).toThrow(
      'plugins must be a list of extensions, got an object with the name "softmax". Write plugins: [mine].',
    );
  });
});
