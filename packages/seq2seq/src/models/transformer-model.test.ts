import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ints, sourceOf, testContext } from "../../testing/test-context.js";
import { TransformerModel, type TransformerState } from "./transformer-model.js";

const build = (options: Record<string, unknown> = {}, sharedVocabulary = true): TransformerModel =>
  new TransformerModel(
    { hiddenSize: 8, feedForwardSize: 12, dropout: 0, ...options },
    testContext({ sharedVocabulary }),
  );
const source = () =>
  sourceOf(
    [
      [3, 4, 5],
      [6, 7, 0],
    ],
    [3, 2],
  );

beforeEach(() => use(cpu({ precision: "f64" })));

describe("TransformerModel", () => {
  test("has PyTorch's names in its layers", () => {
    const names = [...build({ layers: 1 }).parameters().keys()];
    for (const name of [
      "encoder.layers.0.self_attn.in_proj_weight",
      "encoder.layers.0.linear2.bias",
      "encoder.norm.weight",
      "decoder.layers.0.multihead_attn.out_proj.bias",
      "decoder.layers.0.norm3.weight",
    ]) {
      expect(names).toContain(name);
    }
  });

  test("a step computes one position and caches the keys and values of the earlier ones", () => {
    const model = build({ heads: 2 });
    const encoded = model.encode(source());
    const decoder = vi.spyOn(model.decoder, "forward");
    let state: TransformerState = encoded.initial;
    for (const t of [1, 2, 3]) {
      state = model.step(encoded, ints([3, 6]), state).state;
      expect(decoder.mock.lastCall![0].shape).toEqual([2, 1, 8]);
      const shapes = state.caches.flatMap(({ keys, values }) => [keys.shape, values.shape]);
      expect(shapes).toEqual(Array(4).fill([2, 2, t, 4]));
    }
  });

  test("nothing of the future reaches a step", async () => {
    const model = build();
    const encoded = model.encode(source());
    const logits = async (last: number): Promise<number[]> => {
      const input = ints([
        [1, 3, 4, last],
        [1, 6, 7, last],
      ]);
      const values = await model.decode(encoded, input).logits.data();
      // The first three of four positions, of both sentences.
      return [...values.subarray(0, 27), ...values.subarray(36, 63)];
    };
    expect(await logits(5)).toEqual(await logits(8));
  });

  test("its states are 0 after the end of a sentence", async () => {
    const values = await build().encode(source()).states.data();
    const rows = Array.from({ length: 6 }, (_, row) =>
      values.subarray(row * 8, row * 8 + 8).some((value) => value !== 0),
    );
    expect(rows).toEqual([true, true, true, true, true, false]);
  });

  test("the output has its own matrix or the target's embedding; both embeddings may be shared", () => {
    const count = (options: Record<string, unknown>): number => build(options).parameterCount();
    const table = 9 * 8;
    const free = count({});
    expect(count({ tieOutput: true })).toBe(free - table);
    expect(count({ shareEmbedding: true })).toBe(free - table);
    expect(count({ tieOutput: true, shareEmbedding: true })).toBe(free - 2 * table);
    expect(() => build({ shareEmbedding: true }, false)).toThrow(/shareEmbedding needs one vocabulary/);
  });

  test("embeddings are as large as positions once they are scaled", async () => {
    const values = await build({ hiddenSize: 64 }).embedding.weight.data();
    const drawn = [...values].slice(64);
    const std = Math.sqrt(drawn.reduce((total, value) => total + value * value, 0) / drawn.length);
    expect(std * Math.sqrt(64)).toBeCloseTo(1, 1);
  });

  test("refuses more tokens than it has learned positions for", () => {
    const model = build({ positions: "learned", maxPositions: 2 });
    expect(() => model.encode(source())).toThrow("only 2 positions are learned");
  });

  test("drops in training only", async () => {
    const model = build({ dropout: 0.3, attentionDropout: 0.3 });
    const logits = async (): Promise<unknown> => [
      ...(await model.forward({ ...source(), decoderInput: ints([[1], [1]]) }).logits.data()),
    ];
    expect(await logits()).not.toEqual(await logits());
    model.eval();
    expect(await logits()).toEqual(await logits());
  });
});
