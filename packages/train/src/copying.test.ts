import { Random } from "@heed/core";
import { PointerGeneratorModel } from "@heed/seq2seq";
import { cpu, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { namePairs } from "../testing/name-pairs.js";
import { storePairs } from "../testing/store-pairs.js";
import { timeless } from "../testing/tiny.js";
import { checkConfig } from "./config/run-config.js";
import { prepareData } from "./data/prepare-data.js";
import { evaluate } from "./inference/evaluate.js";
import { translate } from "./inference/translate.js";
import { type AnyRecipe, defineRecipe } from "./recipe.js";
import { pointerGenerator } from "./recipes/index.js";
import { loadRun } from "./run/load-run.js";
import { memoryFileSystem } from "./run/memory-file-system.js";
import { train } from "./train.js";

beforeEach(() => use(cpu()));

const config = checkConfig(
  {
    recipe: "pointer-generator",
    model: { embeddingSize: 6, hiddenSize: 8, dropout: 0.1, coverageStart: 6 },
    training: { epochs: 3, batchSize: 8, scheduledSampling: 0.5, samplingSteps: 10 },
  },
  { text: true },
);
const data = { train: namePairs(40, new Random(1)), validation: namePairs(8, new Random(2), "xi") };

test("a run that copies and samples its inputs continues with the same bits, and is loaded with copied words", async () => {
  const fileSystem = memoryFileSystem();
  const straight = await train({ config, data });
  const control = new AbortController();
  await train({
    ...{ config, data, out: "run", fileSystem, signal: control.signal },
    on: (event) => event.event === "step" && event.step === 7 && control.abort(),
  });
  const resumed = await train({ data, out: "run", fileSystem, resume: true });
  expect(timeless(resumed.history)).toEqual(timeless(straight.history));
  const loaded = await loadRun("run", { fileSystem });
  const lines = data.validation.map(({ source }) => source);
  const texts = async (run: typeof loaded): Promise<string[]> => (await translate(run, lines)).map(({ text }) => text);
  expect(await texts(loaded)).toEqual(await texts(straight));
  const { loss } = await evaluate(loaded, data.validation);
  expect(loss).toBeCloseTo(straight.done.bestValidLoss!, 5);
});

test("a word that is in no vocabulary belongs to the data of a run", async () => {
  const fileSystem = memoryFileSystem();
  await train({ config: { ...config, training: { ...config.training, epochs: 1 } }, data, out: "run", fileSystem });
  const [first, ...rest] = data.train;
  const words = first!.source.split(" ");
  const name = words.find((word) => /^[a-z]{8}/.test(word))!;
  // The ids of both sides stay the same, but the name is no longer a copy.
  const changed = { ...data, train: [{ ...first!, source: first!.source.replace(name, "zanzanzan") }, ...rest] };
  const other = train({ config, data: changed, out: "run", fileSystem, resume: true });
  await expect(other).rejects.toThrow("data");
});

test("only a recipe that copies gives its data ids in an extended vocabulary", async () => {
  const plain = await prepareData(config.data, 1, { data });
  expect(storePairs(plain.train)).toHaveLength(40);
  expect(plain.train.copy(0)).toBeUndefined();
  const copied = await prepareData(config.data, 1, { data, copies: true });
  expect(storePairs(copied.train)).toEqual(storePairs(plain.train));
  const { size, unkId } = copied.targetTokenizer.vocabulary;
  for (const set of [copied.train, copied.validation]) {
    for (let i = 0; i < set.length; i++) {
      // Every unknown word of a target is in its source.
      const outside = Array.from(set.copy(i)!.target, (id) => id >= size);
      expect(outside).toEqual(Array.from(set.target(i), (id) => id === unkId));
    }
  }
  const task = checkConfig({ recipe: "pointer-generator", data: { task: "copy", train: 4, validation: 2 } });
  const ofTask = await prepareData(task.data, 1, { copies: true });
  expect(ofTask.train.copy(0)!.source).toEqual(ofTask.train.source(0));
});

test("the validation loss is the cross-entropy, without the coverage loss", async () => {
  const losses = [0, 5].map(async (coverageLoss) => {
    const model = { ...config.model, coverageLoss, coverageStart: 1000 };
    const { history } = await train({ config: { ...config, model }, data });
    return history.map(({ validLoss }) => validLoss);
  });
  const [without, with5] = await Promise.all(losses);
  expect(with5).toEqual(without);
});

test("a recipe whose model copies must say so", () => {
  const recipe = (copies: boolean): AnyRecipe =>
    defineRecipe({
      ...{ name: "silent", summary: "a test", data: { task: "copy" }, training: {}, copies },
      model: pointerGenerator.model,
      build: (options, context) => new PointerGeneratorModel(options as object, context),
    });
  const vocabulary = { size: 5, padId: 0, sosId: 1, eosId: 2 };
  const context = { source: vocabulary, target: vocabulary, sharedVocabulary: true, random: new Random(1) };
  expect(() => recipe(false).build({}, context)).toThrow(
    'copies of the recipe "silent" must be what usesCopy of its model is, got false and true. Set copies of the recipe to true.',
  );
  recipe(true).build({}, context).dispose();
});
