import { Random } from "@heed/core";
import { cpu, type Tensor, tensor, use, valueAndGrad } from "@heed/tensor";
import { beforeEach, expect, test, vi } from "vitest";
import { peaked, searchModels } from "../../testing/search-models.js";
import { compareAll, ints, sentences, sourceOf } from "../../testing/test-context.js";
import type { Batch } from "../batch.js";
import type { Seq2SeqModel } from "../models/seq2seq-model.js";
import { generate } from "../search/generate.js";
import { greedy } from "../search/greedy.js";

beforeEach(() => use(cpu({ precision: "f64" })));

const { source, lengths, target } = sentences;
const batch = (): Batch => ({
  ...sourceOf(source, lengths),
  decoderInput: ints(target),
  target: ints(target.map((row) => [...row.slice(1), 2])),
  tokenCount: 15,
});

/** The inputs of the decoder of a loss. */
function inputsOf(model: Seq2SeqModel, given: Batch, ownInputs: number, seed: number): Tensor {
  const decode = vi.spyOn(model, "decode");
  model.loss(given, { ownInputs, random: new Random(seed) });
  const [, inputs] = decode.mock.lastCall!;
  decode.mockRestore();
  return inputs;
}

const models = Object.entries(searchModels);

test.each(models)("%s: with probability 1, the inputs are what greedy search writes", async (_, build) => {
  const model = await peaked(build());
  const given = batch();
  const inputs = inputsOf(model, given, 1, 1);
  const written = await generate(model, sourceOf(source, lengths), greedy(), { maxLength: 4, eosId: -1, suppress: [] });
  const expected = written.flatMap(({ hypotheses: [best] }) => [1, ...best!.ids]);
  expect([...(await inputs.data())]).toEqual(expected);
  expect(model.training).toBe(true);
});

test.each(models)("%s: the loss and its gradients are those of the drawn inputs", async (_, build) => {
  const [model, reference] = [await peaked(build()), await peaked(build())];
  const given = batch();
  const options = { ownInputs: 0.5, random: new Random(4) };
  const parameters = [...model.parameters().values()];
  const sampled = valueAndGrad(() => model.loss(given, options).total, parameters);
  const decoderInput = inputsOf(reference, given, 0.5, 4);
  const own = [...reference.parameters().values()];
  const expected = valueAndGrad(() => reference.loss({ ...given, decoderInput }).total, own);
  expect(await sampled.value.item()).toBe(await expected.value.item());
  await compareAll("gradient", sampled.gradients, expected.gradients);
  const forced = model.loss(given).total;
  expect(await sampled.value.item()).not.toBe(await forced.item());
});

test("the probability is the share of the model's own tokens", async () => {
  const model = searchModels.luong();
  const rows = Array.from({ length: 60 }, () => [1, ...Array.from({ length: 9 }, () => 0)]);
  const source = sourceOf(
    rows.map(() => [3, 4]),
    rows.map(() => 2),
  );
  // Never the most probable token.
  model.output.bias!.assign(tensor([-99, 0, 0, 0, 0, 0, 0, 0, 0]));
  const given = { ...source, decoderInput: ints(rows), target: ints(rows), tokenCount: 600 };
  const inputs = await inputsOf(model, given, 0.3, 2).data();
  const share = Array.from(inputs).filter((id, i) => i % 10 > 0 && id !== 0).length / (60 * 9);
  expect(share).toBeGreaterThan(0.24);
  expect(share).toBeLessThan(0.36);
});

test("a wrong probability, or no generator, is an error", () => {
  const model = searchModels.luong();
  expect(() => model.loss(batch(), { ownInputs: 1.5 })).toThrow("ownInputs must be a probability in [0, 1], got 1.5");
  expect(() => model.loss(batch(), { ownInputs: 0.5 })).toThrow("Pass `random` as well");
});
