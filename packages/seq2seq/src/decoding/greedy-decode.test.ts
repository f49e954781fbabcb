import { HeedError, Random } from "@heed/core";
import { cpu, memory, type Tensor, tensor, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import type { Seq2SeqModel } from "../models/seq2seq-model.js";
import { copy } from "../recipes/index.js";
import { greedyDecode } from "./greedy-decode.js";

const build = (): Seq2SeqModel =>
  copy.build(
    { embeddingSize: 2, hiddenSize: 3 },
    { sourceSize: 9, targetSize: 9, sharedVocabulary: true, padId: 0, random: new Random(1) },
  );
const ints = (values: number[] | number[][]): Tensor => tensor(values, { dtype: "i32" });

beforeEach(() => use(cpu()));

describe("greedyDecode", () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses a maxLength of %s", async (maxLength) => {
    const decoding = greedyDecode(build(), ints([[3]]), ints([1]), { maxLength });
    await expect(decoding).rejects.toThrow(HeedError);
    await expect(decoding).rejects.toThrow(`maxLength must be a whole number of at least 1; got ${maxLength}.`);
  });

  test.each([
    ["encode", 1],
    ["step", 1],
    ["step", 3],
  ] as const)("leaves the model in its mode and nothing in memory when call %s fails (%i)", async (method, failing) => {
    const model = build();
    const [source, lengths] = [ints([[3, 4]]), ints([2])];
    const act = model[method].bind(model) as (...inputs: unknown[]) => unknown;
    let calls = 0;
    Object.assign(model, {
      [method]: (...inputs: unknown[]) => {
        calls++;
        if (calls === failing) throw new Error("no more memory");
        return act(...inputs);
      },
    });
    for (const training of [true, false]) {
      calls = 0;
      model.train(training);
      const before = memory().buffers;
      // An end that never comes: every step is taken.
      await expect(greedyDecode(model, source, lengths, { maxLength: 5, eosId: -1 })).rejects.toThrow("no more memory");
      expect(model.training).toBe(training);
      expect(memory().buffers).toBe(before);
    }
  });

  test("leaves the model in its mode when the lengths cannot be read", async () => {
    const model = build();
    const [source, lengths] = [ints([[3, 4]]), ints([2])];
    lengths.dispose();
    const before = memory().buffers;
    await expect(greedyDecode(model, source, lengths, { maxLength: 5 })).rejects.toThrow();
    expect(model.training).toBe(true);
    expect(memory().buffers).toBe(before);
  });
});
