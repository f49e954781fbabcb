import { HeedError } from "@heed/core";
import { cpu, memory, treeLeaves, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { sourceOf, testContext } from "../../testing/test-context.js";
import type { SourceBatch } from "../batch.js";
import { BeforeStepModel } from "../models/before-step-model.js";
import type { Seq2SeqModel } from "../models/seq2seq-model.js";
import { generate } from "./generate.js";
import { greedy } from "./greedy.js";

const build = (): Seq2SeqModel => new BeforeStepModel({ embeddingSize: 2, hiddenSize: 3 }, testContext());

beforeEach(() => use(cpu()));

describe("generate", () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses a maxLength of %s", async (maxLength) => {
    const decoding = generate(build(), sourceOf([[3]], [1]), greedy(), { maxLength });
    await expect(decoding).rejects.toThrow(HeedError);
    await expect(decoding).rejects.toThrow(new RegExp(`maxLength must be an? .*, got ${maxLength}\\.`));
  });

  test.each([
    ["encode", 1],
    ["step", 1],
    ["step", 3],
  ] as const)("restores the model's mode and frees everything when call %s fails (%i)", async (method, failing) => {
    const model = build();
    const source = sourceOf([[3, 4]], [2]);
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
      // No token has the id −1, so every step is computed.
      await expect(generate(model, source, greedy(), { maxLength: 5, eosId: -1 })).rejects.toThrow("no more memory");
      expect(model.training).toBe(training);
      expect(memory().buffers).toBe(before);
    }
  });

  test("restores the model's mode when the lengths cannot be read", async () => {
    const model = build();
    const source = sourceOf([[3, 4]], [2]);
    source.lengths.dispose();
    const before = memory().buffers;
    await expect(generate(model, source, greedy(), { maxLength: 5 })).rejects.toThrow();
    expect(model.training).toBe(true);
    expect(memory().buffers).toBe(before);
  });

  test("calls that overlap do not change each other or the modes of the model's parts", async () => {
    const model = new BeforeStepModel({ embeddingSize: 4, hiddenSize: 6, dropout: 0.5 }, testContext());
    const source = sourceOf([[3, 4, 5]], [3]);
    const decode = (maxLength: number) => generate(model, source, greedy(), { maxLength, eosId: -1 });
    const alone = await decode(12);
    model.train().encoder.eval();
    const [, together] = await Promise.all([decode(2), decode(12)]);
    expect(together).toEqual(alone);
    expect([model.training, model.encoder.training]).toEqual([true, false]);
  });

  test("frees only what it made: not the source, the parameters, or what the encoding shares with a state", async () => {
    class SharingModel extends BeforeStepModel {
      override encode(source: SourceBatch) {
        return { ...super.encode(source), ids: source.ids, bias: this.output.bias };
      }
      override step(...inputs: Parameters<BeforeStepModel["step"]>) {
        const step = super.step(...inputs);
        return { ...step, state: { ...step.state, first: inputs[0].initial, bias: this.output.bias } };
      }
    }
    const model = new SharingModel({ embeddingSize: 4, hiddenSize: 6 }, testContext());
    const source = sourceOf([[3, 4, 5]], [3]);
    const before = memory().buffers;
    const [decoded] = await generate(model, source, greedy(), { maxLength: 4, eosId: -1 });
    expect(decoded!.hypotheses[0]!.ids).toHaveLength(4);
    expect(memory().buffers).toBe(before);
    for (const tensor of [...treeLeaves(source), ...model.parameters().values()]) expect(tensor.disposed).toBe(false);
  });
});
