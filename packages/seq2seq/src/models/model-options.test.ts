import { HeedError } from "@heed/core";
import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod/mini";
import { modelSchemas } from "../../testing/model-schemas.js";
import { ints, sourceOf, testContext } from "../../testing/test-context.js";
import { OptionError } from "../options/option-error.js";
import { AfterStepModel } from "./after-step-model.js";
import type { AttentionModel } from "./attention-model.js";
import { BeforeStepModel } from "./before-step-model.js";
import type { Encoder } from "./encoder.js";
import { FixedContextModel } from "./fixed-context-model.js";
import { findFusedDecoder } from "./fused-decoders.js";
import { LuongModel } from "./luong-model.js";
import { PointerGeneratorModel } from "./pointer-generator-model.js";
import { TransformerModel } from "./transformer-model.js";

beforeEach(() => use(cpu()));

const recurrent = [
  ["FixedContextModel", FixedContextModel],
  ["AfterStepModel", AfterStepModel],
  ["BeforeStepModel", BeforeStepModel],
  ["LuongModel", LuongModel],
] as const;

describe.each([...recurrent, ["TransformerModel", TransformerModel]] as const)("%s", (name, Model) => {
  test("needs no options", () => {
    expect(new Model({}, testContext()).forward(batch()).logits.shape).toEqual([1, 2, 9]);
  });

  test("refuses wrong options with an error that names each", () => {
    const wrong = { hiddenSize: 0, layers: 1.5, dropout: 1, hedas: 2 };
    let error: unknown;
    try {
      new Model(wrong, testContext());
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toBeInstanceOf(HeedError);
    expect((error as Error).message.split("\n").map((line) => line.replace(/ Did you.*/, ""))).toEqual([
      `${name}: hiddenSize must be greater than 0, got 0.`,
      `${name}: layers must be an integer, got 1.5.`,
      `${name}: dropout must be less than 1, got 1.`,
      expect.stringContaining(`${name} has no option "hedas".`),
    ]);
  });
});

test("a message suggests the option that was meant", () => {
  // @ts-expect-error: the key is misspelt
  expect(() => new LuongModel({ hidenSize: 3 }, testContext())).toThrow(
    'LuongModel has no option "hidenSize". Did you mean "hiddenSize"? Known: cell, embeddingSize, hiddenSize',
  );
});

test("every option is described", () => {
  for (const { shape } of Object.values(modelSchemas)) {
    for (const [key, schema] of Object.entries(shape)) {
      expect(z.globalRegistry.get(schema)?.description, key).toMatch(/^[A-Z].*\.$/);
    }
  }
});

describe("dropout before the output layer", () => {
  const variants = [
    ...recurrent.map(([name, Model]) => [name, {}, Model] as const),
    ["LuongModel", { inputFeeding: true }, LuongModel],
    ["BeforeStepModel", { output: "readout" }, BeforeStepModel],
  ] as const;

  test.each(variants)("%s %o: in training only", async (_, options, Model) => {
    const model = new Model({ ...options, hiddenSize: 200, embeddingSize: 4, dropout: 0.5 }, testContext());
    const forward = vi.spyOn(model.output, "forward");
    const zeros = async (): Promise<number> => {
      model.forward(batch());
      const values = await forward.mock.lastCall![0].data();
      return values.filter((value) => value === 0).length / values.length;
    };
    const share = await zeros();
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
    model.eval();
    expect(await zeros()).toBe(0);
  });

  test("keeps the fused decoder", () => {
    expect(findFusedDecoder(new BeforeStepModel({ hiddenSize: 4, dropout: 0.5 }, testContext()))).not.toBeNull();
  });
});

describe("the place of dropout", () => {
  const none = {
    dropout: 0,
    embeddingDropout: 0,
    targetEmbeddingDropout: 0,
    outputDropout: 0,
  };
  /** Returns which intermediate results two runs in training do not have in common. */
  async function random(model: AttentionModel): Promise<string[]> {
    const run = async (): Promise<Record<string, string>> => {
      const encoded = model.encode(batch());
      const { weights, logits } = model.decode(encoded, batch().decoderInput);
      const results = { states: encoded.states, keys: encoded.memory.keys, weights: weights!, logits };
      return Object.fromEntries(
        await Promise.all(Object.entries(results).map(async ([name, each]) => [name, String(await each.data())])),
      );
    };
    const [one, other] = [await run(), await run()];
    return Object.keys(one).filter((name) => one[name] !== other[name]);
  }

  const places = [
    [{}, []],
    [{ dropout: 0.5 }, []],
    [{ dropout: 0.5, layers: 2 }, ["states", "keys", "weights", "logits"]],
    [{ embeddingDropout: 0.5 }, ["states", "keys", "weights", "logits"]],
    [{ targetEmbeddingDropout: 0.5 }, ["weights", "logits"]],
    [{ sourceDropout: 0.5 }, ["keys", "weights", "logits"]],
    [{ outputDropout: 0.5 }, ["logits"]],
  ] as const;
  const attentive = [...recurrent.slice(1), ["PointerGeneratorModel", PointerGeneratorModel]] as const;
  describe.each(attentive)("%s", (_, Model) => {
    test.each(places)("%o changes %o", async (options, expected) => {
      const sizes = { embeddingSize: 40, hiddenSize: 40, bidirectional: false };
      const model = new Model({ ...none, ...sizes, ...options }, testContext());
      expect(await random(model as unknown as AttentionModel)).toEqual(expected);
      model.eval();
      expect(await random(model as unknown as AttentionModel)).toEqual([]);
    });
  });

  test("defaults to dropout, for the target's embedding to embeddingDropout, and for the states of the source to 0", () => {
    const probabilities = (options: object): number[] => {
      const model = new BeforeStepModel(options, testContext());
      const { embeddingDropout, dropout, outputDropout, sourceDropout } = model;
      const source = (model.encoder as Encoder).dropout;
      return [source, embeddingDropout, dropout, outputDropout, sourceDropout].map((each) => each.probability);
    };
    expect(probabilities({ dropout: 0.3 })).toEqual([0.3, 0.3, 0.3, 0.3, 0]);
    expect(probabilities({ dropout: 0.3, embeddingDropout: 0.1 })).toEqual([0.1, 0.1, 0.3, 0.3, 0]);
    expect(probabilities({ embeddingDropout: 0.4, targetEmbeddingDropout: 0, outputDropout: 0.5 })).toEqual([
      0.4, 0, 0, 0.5, 0,
    ]);
  });

  test("keeps the fused decoder, of embeddings, of states of the source and before the output layer", () => {
    const options = { dropout: 0.2, embeddingDropout: 0.4, sourceDropout: 0.5, outputDropout: 0.5, layers: 2 };
    expect(findFusedDecoder(new BeforeStepModel({ hiddenSize: 4, ...options }, testContext()))).not.toBeNull();
  });

  test("with the same seed, the fused decoder and single steps drop the same", async () => {
    await use(cpu({ precision: "f64" }));
    const logits = async (fused: boolean): Promise<Float32Array | Float64Array> => {
      const options = { embeddingDropout: 0.4, sourceDropout: 0.5, outputDropout: 0.5, hiddenSize: 6 };
      const model = new BeforeStepModel(options, testContext());
      model.fused = fused;
      return (await model.forward(batch()).logits.data()) as Float32Array | Float64Array;
    };
    const [one, other] = [await logits(true), await logits(false)];
    for (const [i, value] of one.entries()) expect(other[i]).toBeCloseTo(value, 10);
  });

  test.each([
    ["embeddingDropout", "encoder"],
    ["feedForwardDropout", "linear2"],
    ["outputDropout", "output"],
  ] as const)("%s of a Transformer drops the input of %s", async (option, layer) => {
    const off = { dropout: 0, attentionDropout: 0, embeddingDropout: 0, feedForwardDropout: 0, outputDropout: 0 };
    const layers = ["encoder", "linear2", "output"] as const;
    const sizes = { hiddenSize: 64, feedForwardSize: 64, layers: 1, activation: "gelu" } as const;
    const dropped = async (given: object): Promise<number[]> => {
      const model = new TransformerModel({ ...sizes, ...given }, testContext());
      const { encoder, decoder, output } = model;
      const forwards = {
        encoder: vi.spyOn(encoder, "forward"),
        linear2: vi.spyOn(decoder.layers[0]!.linear2, "forward"),
        output: vi.spyOn(output, "forward"),
      };
      model.forward(batch());
      const share = async (name: keyof typeof forwards): Promise<number> => {
        const values = await forwards[name].mock.lastCall![0].data();
        return values.filter((value: number) => value === 0).length / values.length;
      };
      return Promise.all([share(layer), ...layers.filter((each) => each !== layer).map(share)]);
    };
    const [share, ...others] = await dropped({ ...off, [option]: 0.5 });
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
    expect(others).toEqual([0, 0]);
    const shares = await dropped({ ...off, dropout: 0.5, [option]: undefined });
    if (option === "outputDropout") expect(shares[0]).toBe(0);
    else expect(shares[0]).toBeGreaterThan(0.3);
  });
});

function batch() {
  return { ...sourceOf([[3, 4]], [2]), decoderInput: ints([[1, 3]]) };
}
