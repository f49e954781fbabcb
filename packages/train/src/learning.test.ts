import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readFile } from "@heed/datasets/node";
import { unigramLoss } from "@heed/metrics";
import { describe, expect, test } from "vitest";
import { learn, useFastBackend } from "../testing/learn.js";
import { storePairs } from "../testing/store-pairs.js";
import { resolveConfig } from "./config/run-config.js";
import { prepareData } from "./data/prepare-data.js";

/** The first lesson and a real language, at their full size; every scorer and recipe is in `learning-*.test.ts`. */

useFastBackend();

test("copy: the whole lesson", async () => {
  const { history, done } = await learn(resolveConfig({ recipe: "copy" }));
  const last = history.at(-1)!;
  expect(last.epoch).toBe(15);
  expect(last.trainLoss).toBeLessThanOrEqual(0.02);
  expect(last.validAccuracy).toBeGreaterThanOrEqual(0.99);
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
        sourceTokenizer: { locale: "ko" },
        lowercase: true,
        limit: 1500,
        maxLength: 8,
        maxDropped: 0.5,
        validation: 100,
      },
      training: { epochs: 6, learningRate: 3e-3, clipNorm: 1 },
    });
    const data = await prepareData(config.data, config.seed, { readFile });
    const [known, unknown] = [data.train, data.validation].map((pairs) =>
      storePairs(pairs).map(({ target }) => [...target, data.targetTokenizer.vocabulary.eosId]),
    );
    const frequencies = unigramLoss(known!, unknown!, { vocabularySize: data.targetTokenizer.vocabulary.size });
    const { done } = await learn(config);
    expect(done.bestValidLoss).toBeLessThan(frequencies - 0.8);
  });
});
