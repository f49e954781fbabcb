import { checkConfig, configText, parseConfig, type RunConfig } from "@heed/train";
import * as fc from "fast-check";
import { parseSetting } from "../../../apps/cli/src/apply-settings.js";
import { buildConfig } from "../../../apps/cli/src/build-config.js";
import { configFromText } from "../../../packages/train/src/run/config-text.js";
import { assertEqual, type FuzzTarget, resultOrRefusal, resultOrRefusalSync } from "./fuzz-target.js";
import { anyJson, anyText, damagedJson, damagedText } from "./mutations.js";

const inputs = [
  { recipe: "copy", seed: 3, model: { hiddenSize: 8 }, data: { task: "copy", symbols: 3 }, training: { epochs: 2 } },
  { recipe: "bahdanau", data: { tsv: "a.tsv", validation: { tsv: "b.tsv" } }, training: { schedule: "linear" } },
  { recipe: "transformer", model: { heads: 2 }, data: { source: "a", target: "b", tokenizer: "word" } },
  { recipe: "multi-head", model: { masks: { window: { radius: 2 } } }, training: { optimizer: "sgd" } },
];
const complete: RunConfig[] = inputs.map((input) => checkConfig(input));
const anyValue = fc.oneof({ weight: 6, arbitrary: damagedJson(...inputs, ...complete) }, anyJson);

const values: FuzzTarget = {
  name: "config: damaged values",
  inputs: 40_000,
  property: () =>
    fc.property(anyValue, (input) => {
      const { value } = resultOrRefusalSync(() => checkConfig(input));
      if (value)
        assertEqual("a configuration that is checked again", checkConfig(JSON.parse(JSON.stringify(value))), value);
    }),
};

const texts: FuzzTarget = {
  name: "config: damaged YAML",
  inputs: 40_000,
  property() {
    const valid = [...complete.map(configText), ...inputs.map((input) => JSON.stringify(input, null, 1))];
    return fc.asyncProperty(damagedText(...valid), async (text) => {
      await resultOrRefusal(() => configFromText(text, "config.yaml"));
    });
  },
};

const roundTrip: FuzzTarget = {
  name: "config: YAML round trips",
  inputs: 40_000,
  property: () =>
    fc.asyncProperty(fc.dictionary(anyText, anyJson, { maxKeys: 4 }), async (record) => {
      const value = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
      const { value: read, refused } = await resultOrRefusal(() =>
        parseConfig(configText(value as never), "config.yaml"),
      );
      if (refused) throw refused;
      assertEqual("the configuration", read, value);
    }),
};

const known = ["seed", "training.epochs", "model.hiddenSize", "data.task", "data.tsv", "model.masks"];
const setting = fc.oneof(
  fc
    .tuple(fc.constantFrom(...known), fc.oneof(anyText, damagedText("{a: &x [1, 2], b: *x}", "[1, 2e3, 'x']", "3")))
    .map(([key, value]) => `${key}=${value}`),
  damagedText("training.epochs=3"),
);

const settings: FuzzTarget = {
  name: "--set: arbitrary keys and values",
  inputs: 60_000,
  property: () =>
    fc.asyncProperty(setting, async (text) => void (await resultOrRefusal(() => parseSetting(text, known)))),
};

const configurations: FuzzTarget = {
  name: "--set: whole configurations",
  inputs: 8_000,
  property: () =>
    fc.asyncProperty(
      fc.array(setting, { minLength: 1, maxLength: 3 }),
      fc.constantFrom("copy", "luong", "transformer"),
      async (set, subject) => {
        await resultOrRefusal(() => buildConfig({ subject, set }));
      },
    ),
};

export const configTargets = [values, texts, roundTrip, settings, configurations];
