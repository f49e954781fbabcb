import { Random } from "@heed/core";
import { makeBatch } from "@heed/datasets";
import { tokenAccuracy } from "@heed/metrics";
import { uploadBatch } from "@heed/seq2seq";
import { cpu, memory, tensor, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { builtInRecipes } from "../recipes/index.js";
import { validate } from "./validate.js";

const specials = { padId: 0, sosId: 1, eosId: 2 };
const layout = { source: specials, target: specials };
const vocabulary = { size: 7, ...specials };
const pairs = [
  { source: [3, 4, 5, 6], target: [3, 4, 5, 6] },
  { source: [5], target: [5] },
  { source: [6, 3], target: [6, 3] },
];
const batch = makeBatch(pairs, layout);

const build = () =>
  builtInRecipes
    .find(({ name }) => name === "copy")!
    .build(
      { embeddingSize: 4, hiddenSize: 6 },
      { source: vocabulary, target: vocabulary, sharedVocabulary: true, random: new Random(5) },
    );

beforeEach(() => use(cpu({ precision: "f64" })));

/** Log-probabilities of the batch, `[row][step][token]`, by plain arithmetic. */
async function logProbabilities(model: ReturnType<typeof build>): Promise<number[][][]> {
  const logits = await model.forward(uploadBatch(batch)).logits.data();
  return Array.from({ length: batch.b }, (_, row) =>
    Array.from({ length: batch.t }, (_, step) => {
      const scores = Array.from(logits.subarray((row * batch.t + step) * 7, (row * batch.t + step + 1) * 7));
      const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0));
      return scores.map((score) => score - total);
    }),
  );
}

test("the loss is the mean over target tokens, <eos> included and padding excluded", async () => {
  const model = build();
  const rows = await logProbabilities(model);
  const tokens = pairs.flatMap(({ target }, row) => [...target, 2].map((id, step) => rows[row]![step]![id]!));
  expect(tokens).toHaveLength(batch.tokens);
  const { loss } = await validate(model, [batch]);
  expect(loss).toBeCloseTo(-tokens.reduce((sum, each) => sum + each, 0) / tokens.length, 10);
});

test("accuracy counts the most probable tokens, without padding", async () => {
  const model = build();
  const rows = await logProbabilities(model);
  const predictions = rows.map((steps) => steps.map((all) => all.indexOf(Math.max(...all))));
  const references = Array.from({ length: batch.b }, (_, row) =>
    batch.target.slice(row * batch.t, (row + 1) * batch.t),
  );
  const expected = tokenAccuracy(predictions, references, { lengths: batch.targetLengths });
  const before = memory().buffers;
  const { accuracy } = await validate(model, [batch]);
  expect(memory().buffers).toBe(before);
  expect(accuracy).toBeCloseTo(expected, 12);
  // A model that always predicts <pad> is never right.
  const output = model.parameters().get("output.bias")!;
  output.assign(tensor([1e6, 0, 0, 0, 0, 0, 0]));
  expect((await validate(model, [batch])).accuracy).toBe(0);
});

test("the result does not depend on the batches, and the model's mode is restored", async () => {
  const model = build();
  expect(model.training).toBe(true);
  const whole = await validate(model, [batch]);
  const single = await validate(
    model,
    pairs.map((pair) => makeBatch([pair], layout)),
  );
  expect(single.loss).toBeCloseTo(whole.loss, 12);
  expect(single.accuracy).toBe(whole.accuracy);
  expect(model.training).toBe(true);
  await expect(validate(model, [])).rejects.toThrow("at least one batch is needed");
});
