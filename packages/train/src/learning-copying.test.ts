import { Random } from "@heed/core";
import { beam } from "@heed/seq2seq";
import { expect, test } from "vitest";
import { useFastBackend } from "../testing/learn.js";
import { namePairs } from "../testing/name-pairs.js";
import { checkConfig } from "./config/run-config.js";
import { attend } from "./inference/attend.js";
import { score } from "./inference/score.js";
import { translate } from "./inference/translate.js";
import { type TrainResult, train } from "./train.js";

useFastBackend();

/** Trains on 1,500 sentences and tests on 200 with names that occur nowhere else. */
async function learnNames(recipe: string, model: Readonly<Record<string, unknown>>): Promise<TrainResult> {
  const random = new Random(1);
  const config = checkConfig(
    { recipe, model: { embeddingSize: 32, hiddenSize: 64, ...model }, training: { epochs: 4, learningRate: 3e-3 } },
    { text: true },
  );
  const data = {
    train: namePairs(1500, random),
    validation: namePairs(100, random),
    test: namePairs(200, random, "xi"),
  };
  return await train({ config, data });
}

test("pointer-generator: copies names that occur only in the test set", async () => {
  const run = await learnNames("pointer-generator", {});
  expect(run.targetTokenizer.vocabulary.tokens.filter((token) => token.endsWith("xi"))).toEqual([]);
  expect(run.test!.metrics["sequence-accuracy"]).toBeGreaterThanOrEqual(0.98);
  expect(run.test!.tokenAccuracy).toBeGreaterThanOrEqual(0.98);
  expect(run.done.sequenceAccuracy).toBeGreaterThanOrEqual(0.98);

  const line = "Kamoxi 는 Tensulxi 의 친구이다.";
  const target = "Tensulxi is a friend of Kamoxi.";
  const [translated] = await translate(run, [line], { search: beam({ size: 3, nBest: 2 }), trace: true });
  expect(translated!.text).toBe(target);
  expect(translated!.missing).toBe(0);
  expect(translated!.unknown).toEqual(["Kamoxi", "Tensulxi"]);
  const traced = translated!.trace.flat().map(({ token }) => token);
  expect(traced).toContain("Tensulxi");
  expect(traced).toContain("Kamoxi");

  // Forced decoding has the log-probabilities of the search.
  const [scored] = await score(run, [{ source: line, target }]);
  expect(scored!.logProb).toBeCloseTo(translated!.hypotheses[0]!.logProb, 3);
  const { maps, tokens } = await attend(run, line);
  expect(tokens.slice(0, 3)).toEqual(["Tensulxi", "is", "a"]);
  const [name] = maps[0]!.heads[0]!;
  expect(name!.indexOf(Math.max(...name!))).toBe(2);
});

test("bahdanau: writes <unk> for each of them", async () => {
  const run = await learnNames("bahdanau", { bidirectional: true });
  // Under teacher forcing, <unk> is right.
  expect(run.test!.tokenAccuracy).toBeGreaterThanOrEqual(0.98);
  expect(run.test!.metrics["sequence-accuracy"]).toBe(0);
});
