import type { Extension } from "@heed/core";
import type { beforeStepOptions, luongOptions, transformerOptions } from "@heed/seq2seq";
import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod/mini";
import { builtInRecipes } from "../recipes/index.js";
import { ConfigError } from "./config-error.js";
import type { ConfigInput } from "./config-input.js";
import type { taskDataSchema, textDataSchema } from "./data-schema.js";
import type { RecipeModelOptions, TaskDataOptions, TextDataOptions, TrainingOptions } from "./option-types.js";
import { resolveConfig } from "./run-config.js";
import type { trainingSchema } from "./training-schema.js";

/** Accepts what the compiler accepts; the values are not checked. */
function typed(config: ConfigInput): ConfigInput {
  return config;
}

test("misspelt keys, keys of other recipes and wrong types do not compile", () => {
  typed({ recipe: "copy", seed: 1, model: { hiddenSize: 8, scorer: "dot" }, data: { symbols: 3 } });
  typed({
    recipe: "transformer",
    model: { norm: "post" },
    training: { optimizerOptions: { betas: [0.9, 0.98] }, patience: null },
  });
  typed({ recipe: "copy", training: { optimizer: "mine", schedule: "mine" }, data: { task: "mine" } });
  typed({ recipe: "luong", data: { tsv: "a.tsv", tokenizer: "character" } });
  typed({ recipe: "luong", data: { tokenizer: "character", maxLength: undefined } });
  // @ts-expect-error: there is no such recipe
  typed({ recipe: "cpoy" });
  // @ts-expect-error: no such section
  typed({ recipe: "copy", trainning: {} });
  // @ts-expect-error: no such key of the model
  typed({ recipe: "copy", model: { hidenSize: 8 } });
  // @ts-expect-error: a key of another recipe
  typed({ recipe: "fixed-context", model: { scorer: "dot" } });
  // @ts-expect-error: no such key of training
  typed({ recipe: "copy", training: { epoch: 3 } });
  // @ts-expect-error: not a number
  typed({ recipe: "copy", training: { epochs: "many" } });
  // @ts-expect-error: not one of the kinds
  typed({ recipe: "copy", model: { cell: "gur" } });
  // @ts-expect-error: no such key of data
  typed({ recipe: "copy", data: { symbosl: 3 } });
  // @ts-expect-error: no such key of text
  typed({ recipe: "copy", data: { tsv: "a.tsv", lowercse: true } });
  // @ts-expect-error: keys of a task and of text
  typed({ recipe: "copy", data: { task: "copy", tokenizer: "word" } });
  // @ts-expect-error: no such option of an optimizer
  typed({ recipe: "copy", training: { optimizerOptions: { bettas: [0.9, 0.98] } } });
  // @ts-expect-error: two values are needed
  typed({ recipe: "copy", training: { optimizerOptions: { betas: [0.9] } } });
  // @ts-expect-error: a recipe that is not built in needs the option `plugins`
  expect(() => resolveConfig({ recipe: "mine" })).toThrow('There is no recipe "mine"');
});

test("with plug-ins, only the options of extensions from outside are open", () => {
  const plugins: readonly Extension[] = [];
  const check = (resolve: () => unknown) => expect(resolve).toThrow(ConfigError);
  check(() => resolveConfig({ recipe: "mine", model: { anything: 3 } }, { plugins }));
  check(() => resolveConfig({ recipe: "copy", training: { optimizerOptions: { anything: 3 } } }, { plugins }));
  check(() => resolveConfig({ recipe: "copy", data: { task: "mine", anything: 3 } }, { plugins }));
  // @ts-expect-error: no such key of the model of a built-in recipe
  check(() => resolveConfig({ recipe: "copy", model: { hidenSize: 8 } }, { plugins }));
  // @ts-expect-error: no such key of training
  check(() => resolveConfig({ recipe: "mine", training: { epoch: 3 } }, { plugins }));
  // @ts-expect-error: no such section
  check(() => resolveConfig({ recipe: "mine", trainning: {} }, { plugins }));
});

test("the interfaces accept what the schemas accept", () => {
  // Definitions check the options of schedules; the built-in ones have none.
  expectTypeOf<Omit<z.input<typeof trainingSchema>, "scheduleOptions">>().toExtend<TrainingOptions>();
  expectTypeOf<z.input<typeof textDataSchema>>().toExtend<TextDataOptions>();
  expectTypeOf<z.input<typeof taskDataSchema>>().toExtend<TaskDataOptions>();
  expectTypeOf<z.input<typeof transformerOptions>>().toExtend<RecipeModelOptions["transformer"]>();
  expectTypeOf<z.input<typeof luongOptions>>().toExtend<RecipeModelOptions["luong"]>();
  expectTypeOf<TextDataOptions>().toExtend<z.input<typeof textDataSchema>>();
  expectTypeOf<RecipeModelOptions["copy"]>().toExtend<z.input<typeof beforeStepOptions>>();
  expectTypeOf<keyof RecipeModelOptions>().toEqualTypeOf<ConfigInput["recipe"]>();
});

test("every key of a built-in recipe is described", () => {
  for (const { name, model } of builtInRecipes) {
    for (const [key, schema] of Object.entries((model as z.ZodMiniObject).shape)) {
      expect(z.globalRegistry.get(schema)?.description, `${name} ${key}`).toMatch(/^[A-Z].*\.$/);
    }
  }
});
