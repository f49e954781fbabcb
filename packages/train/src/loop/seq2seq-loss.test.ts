import { Random } from "@heed/core";
import { makeBatch } from "@heed/datasets";
import { tokenAccuracy } from "@heed/metrics";
import { builtInRecipes } from "@heed/seq2seq";
import { cpu, memory, tensor, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { batchTensors, measure, seq2seqLoss } from "./seq2seq-loss.js";
import { validate } from "./validate.js";

const pairs = [
  { source: [3, 4, 5, 6], target: [3, 4, 5, 6] },
  { source: [5], target: [5] },
  { source: [6, 3], target: [6, 3] },
];
const batch = makeBatch(pairs);

const build = () =>
  builtInRecipes
    .find(({ name }) => name === "copy")!
    .build(
      { embeddingSize: 4, hiddenSize: 6 },
      { sourceSize: 7, targetSize: 7, sharedVocabulary: true, padId: 0, random: new Random(5) },
    );

beforeEach(() => use(cpu({ precision: "f64" })));

/** Log-probabilities of a batch, `[row][step][token]`, by plain arithmetic. */
async function logProbabilities(model: ReturnType<typeof build>): Promise<number[][][]> {
  const { source, lengths, decoderInput } = batchTensors(batch);
  const logits = await model.forward(source, lengths, decoderInput).logits.data();
  return Array.from({ length: batch.b }, (_, row) =>
    Array.from({ length: batch.t }, (_, step) => {
      const scores = Array.from(logits.subarray((row * batch.t + step) * 7, (row * batch.t + step + 1) * 7));
      const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
      return scores.map((score) => score - total);
    }),
  );
}

test("the loss is the mean over target tokens, <eos> included and padding not", async () => {
  const model = build();
  const rows = await logProbabilities(model);
  const tokens = pairs.flatMap(({ target }, row) => [...target, 2].map((id, step) => ({ all: rows[row]![step]!, id })));
  expect(tokens).toHaveLength(batch.tokens);
  const mean = (of: (token: { all: number[]; id: number }) => number): number =>
    tokens.reduce((sum, token) => sum + of(token), 0) / tokens.length;
  const plain = mean(({ all, id }) => -all[id]!);
  expect(await seq2seqLoss(model, batch).item()).toBeCloseTo(plain, 10);
  const spread = mean(({ all }) => -all.reduce((sum, each) => sum + each, 0) / 7);
  const smoothed = await seq2seqLoss(model, batch, { labelSmoothing: 0.1 }).item();
  expect(smoothed).toBeCloseTo(0.9 * plain + 0.1 * spread, 10);
});

test("accuracy is that of the likeliest tokens, and padding does not count", async () => {
  const model = build();
  const rows = await logProbabilities(model);
  const predictions = rows.map((steps) => steps.map((all) => all.indexOf(Math.max(...all))));
  const references = Array.from({ length: batch.b }, (_, row) =>
    batch.target.slice(row * batch.t, (row + 1) * batch.t),
  );
  const expected = tokenAccuracy(predictions, references, { lengths: batch.targetLengths });
  const before = memory().buffers;
  const { correct } = await measure(model, batch);
  expect(memory().buffers).toBe(before);
  expect(correct / batch.tokens).toBeCloseTo(expected, 12);
  // A model that always says <pad> is never right.
  const output = model.parameters().get("output.bias")!;
  output.assign(tensor([1e6, 0, 0, 0, 0, 0, 0]));
  expect((await measure(model, batch)).correct).toBe(0);
});

test("validation is the same for any batches, and leaves the model in its mode", async () => {
  const model = build();
  expect(model.training).toBe(true);
  const whole = await validate(model, [batch]);
  const single = await validate(
    model,
    pairs.map((pair) => makeBatch([pair])),
  );
  expect(single.loss).toBeCloseTo(whole.loss, 12);
  expect(single.accuracy).toBe(whole.accuracy);
  expect(model.training).toBe(true);
});
