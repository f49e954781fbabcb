import { readFile } from "node:fs/promises";
import { type Extension, type ExtensionKind, extensionKind, extensionKinds } from "@heed/core";
import { defineTask } from "@heed/datasets";
import { metricsOf } from "@heed/metrics";
import type { BuildContext, Seq2SeqModel } from "@heed/seq2seq";
import { currentBackend, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import {
  ownBackend,
  ownExtensions,
  ownMask,
  ownMetric,
  ownRecipe,
  ownScorer,
  ownTask,
} from "../../testing/own-extensions.js";
import { listener, temporaryFolder } from "../../testing/tiny.js";
import { recipeOptions } from "../config/option-schemas.js";
import { checkConfig, resolveConfig } from "../config/run-config.js";
import { attend } from "../inference/attend.js";
import { evaluate } from "../inference/evaluate.js";
import { translate } from "../inference/translate.js";
import { loadRun, readPlugins, train } from "../node.js";
import { defineRecipe } from "../recipe.js";
import { catalogOf, configKinds, registryOf } from "./catalog.js";

const plugins: readonly Extension[] = ownExtensions;

/** The plug-ins that a configuration can name, with their kinds. */
const configPlugins = configKinds.flatMap((kind) =>
  plugins.filter((plugin) => extensionKind(plugin) === kind).map((plugin) => [kind, plugin] as const),
);

beforeEach(() => use(ownBackend.load({ double: true })));

/** A configuration with extensions of every kind that a configuration names. */
const config = resolveConfig({ recipe: "own", model: { masks: { "first-keys": { count: 2 } } } }, { plugins });
const pairs = ["x y", "y z", "z x", "x x", "y y", "z z"].map((source) => ({ source, target: source.toUpperCase() }));

describe("one extension of each kind, from outside", () => {
  test("is in the catalog, after the built-in ones", () => {
    expect(new Set(plugins.map(extensionKind))).toEqual(new Set(extensionKinds));
    const [catalog, builtIn] = [catalogOf(plugins), catalogOf()];
    const inCatalog = configPlugins.map(([kind]) => kind);
    expect(new Set(inCatalog)).toEqual(new Set(configKinds));
    for (const [kind, plugin] of configPlugins) {
      expect(registryOf(catalog, kind).get(plugin.name)).toBe(plugin);
      expect(registryOf(catalog, kind).names).toEqual([...registryOf(builtIn, kind).names, plugin.name]);
    }
    expect(currentBackend().name).toBe("cpu");
  });

  test("trains, is stored by name, and is loaded, translated and evaluated with", async () => {
    expect(config).toMatchObject({
      model: { scorer: "twice-dot", normalizer: "plain-softmax", masks: { "first-keys": { count: 2 } } },
      data: { task: "letters-to-digits", length: 2, train: 60, validation: 12, test: 0 },
      training: { optimizerOptions: { scale: 3 }, schedule: "polynomial", scheduleOptions: { power: 1 } },
    });
    const out = await temporaryFolder();
    const { events, on } = listener();
    const run = await train({ config, out, plugins, on });
    const { history, sourceTokenizer, targetTokenizer, maxLength } = run;
    expect(history.map(({ learningRate }) => learningRate)).toEqual([
      config.training.learningRate * (1 - 5 / 12),
      config.training.learningRate * (1 - 11 / 12),
    ]);
    expect([sourceTokenizer.vocabulary.tokens.slice(3), targetTokenizer.vocabulary.tokens.slice(3)]).toEqual([
      ["x", "y", "z"],
      ["1", "2", "3"],
    ]);
    expect(maxLength).toEqual({ source: 2, target: 2 });
    expect(events[0]).toMatchObject({ recipe: "own", sourceVocabulary: 6, targetVocabulary: 6 });
    expect(await readPlugins(out)).toEqual(
      ["scorer", "normalizer", "mask", "task", "optimizer", "schedule", "recipe"].map((kind) => ({
        kind,
        name: plugins.find((plugin) => extensionKind(plugin) === kind)!.name,
        ...{ specifier: null, sha256: null },
      })),
    );
    expect(await readFile(`${out}/config.yaml`, "utf8")).not.toContain("testing/");

    const loaded = await loadRun(out, { plugins });
    expect(loaded.maxLength).toEqual(maxLength);
    expect(await translate(loaded, ["z y"])).toEqual(await translate(run, ["z y"]));
    const { maps } = await attend(loaded, "z y x");
    // The mask hides the third letter.
    for (const [, , third] of maps[0]!.heads[0]!) expect(third).toBe(0);
    const measured = await evaluate(loaded, run.validation, { plugins });
    expect(Object.keys(measured.metrics)).toEqual([...metricsOf().names, "length-ratio"]);
    const one = await evaluate(loaded, run.validation, { plugins, metrics: ["length-ratio"] });
    expect(one.metrics).toEqual({ "length-ratio": measured.metrics["length-ratio"] });
    await expect(evaluate(loaded, run.validation, { metrics: ["length-ratio"] })).rejects.toThrow(
      'There is no metric "length-ratio". Known: bleu,',
    );

    const more = resolveConfig({ ...config, training: { ...config.training, epochs: 3 } }, { plugins });
    expect((await train({ config: more, out, resume: true, plugins })).done.epochs).toBe(3);
  });

  test("the true alignment of a task reaches the model and the validation pairs", async () => {
    const seen: number[][] = [];
    const watching = {
      ...ownRecipe,
      name: "watching",
      build(...[options, context]: Parameters<typeof ownRecipe.build>) {
        const model = ownRecipe.build(options, context);
        model.usesAlignment = true;
        const loss = model.loss.bind(model);
        model.loss = (batch, lossOptions) => {
          expect(batch.alignment!.shape).toEqual([batch.target.shape[0], 3, 2]);
          void batch.alignment!.data().then((values) => seen.push(Array.from(values.slice(0, 6))));
          return loss(batch, lossOptions);
        };
        return model;
      },
    };
    const all = [...plugins, watching];
    const input = { recipe: "watching", training: { epochs: 1 } };
    const run = await train({ config: checkConfig(input, { plugins: all }), plugins: all });
    // Rows: the two target tokens, each aligned to a letter in reverse order, and <eos>, which is aligned to nothing.
    expect(seen).toHaveLength(6);
    for (const first of seen) expect(first).toEqual([0, 1, 1, 0, 0, 0]);
    for (const { alignment } of run.validation)
      expect(alignment).toEqual([
        [1, 0],
        [0, 1],
      ]);
  });

  test("a tokenizer trains on text, and is loaded again", async () => {
    const out = await temporaryFolder();
    const data = { tokenizer: "spaces", targetTokenizer: { least: 1 }, validation: 1 };
    const input = { recipe: "own", data, training: { epochs: 1 } };
    const run = await train({ config: checkConfig(input, { plugins }), data: { train: pairs }, out, plugins });
    expect(await readPlugins(out)).toContainEqual({ kind: "tokenizer", name: "spaces", specifier: null, sha256: null });
    expect(run.maxLength).toEqual({ source: 20, target: 20 });
    const loaded = await loadRun(out, { plugins });
    expect(loaded.targetTokenizer.vocabulary.tokens).toEqual(run.targetTokenizer.vocabulary.tokens);
  });

  test("options of recipes list what extensions from outside add", () => {
    const options = new Map(recipeOptions(ownRecipe, { plugins }).map((option) => [option.key, option]));
    expect(options.get("model.scorer")?.choices).toContain("twice-dot");
    expect(options.get("training.optimizer")).toMatchObject({ default: "scaled-sgd" });
    expect(options.get("training.optimizerOptions.scale")).toMatchObject({
      description: "Factor of the learning rate. Option of `scaled-sgd`.",
      default: 2,
    });
    expect(options.get("data.length")).toMatchObject({ kind: "task", default: 2 });
    expect(options.get("data.sourceTokenizer.least")).toMatchObject({ kind: "text", default: 1 });
  });
});

describe("a run without one of its plug-ins", () => {
  const named: readonly ExtensionKind[] = ["scorer", "normalizer", "mask", "task", "optimizer", "schedule", "recipe"];

  test.each(named)("%s: the error names it, and what to do", async (kind) => {
    const out = await temporaryFolder();
    const own = plugins.find((plugin) => extensionKind(plugin) === kind)!;
    const sources = new Map([[own, { specifier: "/home/ann/own.ts", sha256: "0".repeat(64) }]]);
    (await train({ config, out, plugins, sources })).model.dispose();
    const others = plugins.filter((plugin) => plugin !== own);
    const message = `${out} was trained with the ${kind} "${own.name}" of /home/ann/own.ts. Nothing that a run folder names is loaded by itself. If you trust the code, add --plugin /home/ann/own.ts on the command line; in a program, import it and pass it in \`plugins\`.`;
    await expect(loadRun(out, { plugins: others })).rejects.toThrow(message);
    await expect(train({ out, resume: true, plugins: others })).rejects.toMatchObject({
      ...{ name: "MissingPluginError", message, kind, extension: own.name, specifier: "/home/ann/own.ts" },
    });
  });
});

describe("names", () => {
  test("that are not in the catalog are refused, all at once", () => {
    const message = (input: object): string => {
      try {
        checkConfig({ recipe: "copy", ...input });
      } catch (error) {
        return (error as Error).message.replaceAll(/ Known:.*/g, "");
      }
      return "";
    };
    const model = { scorer: "twice-dot", normalizer: "plain-softmax", masks: { "first-keys": {} } };
    const training = { optimizer: "scaled-sgd", schedule: "polynomial" };
    expect(message({ model, data: { task: "letters-to-digits" }, training }).split("\n")).toEqual([
      'data.task: There is no task "letters-to-digits".',
      'model.scorer: There is no scorer "twice-dot".',
      'model.normalizer: There is no normalizer "plain-softmax".',
      'model.masks.first-keys: There is no mask "first-keys".',
      'training.optimizer: There is no optimizer "scaled-sgd".',
      'training.schedule: There is no schedule "polynomial".',
    ]);
    expect(message({ data: { tokenizer: "spaces" } })).toBe('data.tokenizer: There is no tokenizer "spaces".');
    expect(message({ recipe: "own" })).toBe('There is no recipe "own".');
  });

  test("a resolved configuration needs its plug-ins in train, too", async () => {
    await expect(train({ config, plugins: plugins.filter((plugin) => plugin !== ownScorer) })).rejects.toThrow(
      /^model\.scorer: There is no scorer "twice-dot"\. Known: additive, /,
    );
  });

  test.each(configPlugins)("a %s with the name of a built-in one, or twice, is refused", (kind, plugin) => {
    const [builtIn] = registryOf(catalogOf(), kind);
    const again = { ...plugin, name: builtIn!.name };
    expect(() => catalogOf([again])).toThrow(`Two ${kind}s have the name "${builtIn!.name}"`);
    expect(() => catalogOf([plugin, { ...plugin }])).toThrow(`Two ${kind}s have the name "${plugin.name}"`);
    expect(() => catalogOf([plugin, plugin])).not.toThrow();
  });
});

test("options of extensions from outside are checked by their definitions", () => {
  const check = (input: object) => () => checkConfig({ recipe: "own", ...input }, { plugins });
  expect(check({ data: { length: 0 } })).toThrow(
    "data.length: The option length of the task letters-to-digits must be an integer of at least 1, got 0.",
  );
  expect(check({ data: { lenght: 2 } })).toThrow('data has no key "lenght". Did you mean "length"?');
  expect(check({ training: { optimizerOptions: { scal: 1 } } })).toThrow(
    'training.optimizerOptions.scal: The optimizer "scaled-sgd" has no option "scal". Did you mean "scale"? Known: scale.',
  );
  expect(check({ training: { scheduleOptions: { power: 0 } } })).toThrow("must be a number above 0, got 0.");
  expect(check({ data: { tokenizer: "spaces", sourceTokenizer: { least: 0 } } })).toThrow(
    "data.sourceTokenizer.least: The option least of the tokenizer spaces must be an integer of at least 1, got 0.",
  );
  // Another optimizer or task does not get the options of the recipe's own.
  const { data, training } = check({ data: { task: "sort" }, training: { optimizer: "sgd" } })();
  expect(training.optimizerOptions).toEqual({ momentum: 0, nesterov: false, weightDecay: 0 });
  expect(data).toEqual({ task: "sort", symbols: 8, minLength: 3, maxLength: 7, train: 60, validation: 12, test: 0 });
  expect([ownBackend, ownMask, ownMetric, ownTask].every(Object.isFrozen)).toBe(true);
});

test("an option with the name of a key beside it is refused", () => {
  const options = { train: { type: "integer", default: 3, meaning: "a clash" } } as const;
  const none = { source: ["a"], target: ["a"] };
  const clash = defineTask({ name: "clash", summary: "a test", options, vocabulary: () => none, sample: () => none });
  expect(() => catalogOf([clash])).toThrow(
    'The task "clash" has the option "train", but every task has a key with this name in configurations. Rename the option.',
  );
});

test("a recipe without a schema, or without a model, is refused", () => {
  const wrong = { name: "wrong", summary: "a test", data: { task: "copy" }, training: {} } as const;
  const schema = { hiddenSize: 3 } as unknown as typeof ownRecipe.model;
  const build = () => ({ parameters: () => new Map() }) as unknown as Seq2SeqModel;
  expect(() => defineRecipe({ ...wrong, model: schema, build })).toThrow(
    'defineRecipe: model of the recipe "wrong" must be an object schema of zod 4, got another object.',
  );
  const recipe = defineRecipe({ ...wrong, model: ownRecipe.model, build });
  expect(() => recipe.build(z.parse(ownRecipe.model, {}), {} as BuildContext)).toThrow(
    'build of the recipe "wrong" must return a Seq2SeqModel, but its encode is missing.',
  );
});
