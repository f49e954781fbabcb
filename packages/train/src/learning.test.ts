import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { wasm } from "@heed/backend-wasm";
import { unigramLoss } from "@heed/metrics";
import { type RunConfig, resolveConfig } from "@heed/seq2seq";
import { type Backend, use } from "@heed/tensor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareData } from "./data/prepare-data.js";
import { type TrainResult, train } from "./train.js";

/** Recipes at their full size, on the fast backend: each must learn what it is for. */

let backend: Backend;
beforeAll(async () => {
  backend = await use(wasm({ threads: 1 }));
});
afterAll(() => backend.close?.());

async function learn(config: RunConfig): Promise<Pick<TrainResult, "history" | "done">> {
  const { history, done, model } = await train({ config });
  model.dispose();
  return { history, done };
}

test("copy: the whole lesson", async () => {
  const { history, done } = await learn(resolveConfig({ recipe: "copy" }));
  const last = history.at(-1)!;
  expect(last.epoch).toBe(15);
  expect(last.trainLoss).toBeLessThanOrEqual(0.02);
  expect(last.validAccuracy).toBeGreaterThanOrEqual(0.99);
  expect(done.sequenceAccuracy).toBeGreaterThanOrEqual(0.98);
});

test("reverse: whole sequences of 3 to 10 letters, written by greedy decoding", async () => {
  const { done } = await learn(
    resolveConfig({
      recipe: "copy",
      data: { task: "reverse", maxLength: 10, train: 6000 },
      training: { epochs: 20, learningRate: 3e-3, schedule: "linear" },
    }),
  );
  expect(done.sequenceAccuracy).toBeGreaterThanOrEqual(0.98);
});

const folder = fileURLToPath(new URL("../../../../shared/data/tatoeba_ko_en/", import.meta.url));
const present = existsSync(folder);
if (!present) console.warn("SKIPPED: learning to translate Korean: the test data are not here.");

describe.skipIf(!present)("Tatoeba Korean-English (needs the test data)", () => {
  test("bahdanau reads its source: far better than predicting token frequencies", async () => {
    const config = resolveConfig({
      recipe: "bahdanau",
      model: { embeddingSize: 64, hiddenSize: 64 },
      data: {
        source: `${folder}ko-en.ko`,
        target: `${folder}ko-en.en`,
        sourceLocale: "ko",
        targetLocale: "en",
        lowercase: true,
        limit: 1500,
        maxLength: 8,
        validation: 100,
      },
      training: { epochs: 6, learningRate: 3e-3, clipNorm: 1 },
    });
    const data = await prepareData(config.data, config.seed);
    const [known, unknown] = [data.train, data.validation].map((pairs) =>
      pairs.map(({ target }) => [...target, data.targetVocabulary.eosId]),
    );
    const frequencies = unigramLoss(known!, unknown!, { vocabularySize: data.targetVocabulary.size });
    const { done } = await learn(config);
    expect(done.bestValidLoss).toBeLessThan(frequencies - 0.8);
  });
});
