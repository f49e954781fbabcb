import { HeedError } from "@heed/core";
import { cpu, use } from "@heed/tensor";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod/mini";
import { modelSchemas } from "../../testing/model-schemas.js";
import { ints, sourceOf, testContext } from "../../testing/test-context.js";
import { OptionError } from "../options/option-error.js";
import { AfterStepModel } from "./after-step-model.js";
import { BeforeStepModel } from "./before-step-model.js";
import { FixedContextModel } from "./fixed-context-model.js";
import { findFusedDecoder } from "./fused-decoders.js";
import { LuongModel } from "./luong-model.js";
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

function batch() {
  return { ...sourceOf([[3, 4]], [2]), decoderInput: ints([[1, 3]]) };
}
