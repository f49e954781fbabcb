import { Random } from "@heed/core";
import { cpu, encodeSafetensors, memory, type SafeTensor, SafetensorsError, use } from "@heed/tensor";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { Embedding, Linear, LSTM, loadModule, Module, StateDictError, saveModule } from "./index.js";

beforeEach(async () => {
  await use(cpu());
});

class Model extends Module {
  readonly embedding: Embedding;
  readonly rnn: LSTM;
  readonly output: Linear;

  constructor(seed: number, { tied = false, hiddenSize = 3 } = {}) {
    super();
    const random = new Random(seed);
    this.embedding = new Embedding({ numEmbeddings: 5, embeddingSize: 3, random });
    this.rnn = new LSTM({ inputSize: 3, hiddenSize, random });
    this.output = new Linear({ inFeatures: hiddenSize, outFeatures: 5, random });
    if (!tied) return;
    this.output.weight.dispose();
    this.output.weight = this.embedding.weight;
  }
}

const f32 = (shape: number[], ...data: number[]): SafeTensor => ({
  dtype: "F32",
  shape,
  data: Float32Array.from(data),
});

async function valuesOf(module: Module): Promise<unknown> {
  return [...(await module.stateDict())];
}

describe("a state", () => {
  it("moves from one model to another", async () => {
    const [a, b] = [new Model(1), new Model(2)];
    expect(await valuesOf(b)).not.toEqual(await valuesOf(a));
    expect(b.loadStateDict(await a.stateDict())).toEqual({ missing: [], unexpected: [] });
    expect(await valuesOf(b)).toEqual(await valuesOf(a));
  });

  it("leaves no memory behind", async () => {
    const model = new Model(1);
    const before = memory();
    model.loadStateDict(await model.stateDict());
    expect(memory()).toEqual(before);
  });

  it("is exact in f64, and may be loaded there from f32", async () => {
    await use(cpu({ precision: "f64" }));
    const [a, b] = [new Model(1), new Model(2)];
    const state = await a.stateDict();
    expect(state.get("output.bias")?.dtype).toBe("F64");
    b.loadStateDict(state);
    expect(await valuesOf(b)).toEqual(await valuesOf(a));
    const small = new Linear({ inFeatures: 1, outFeatures: 1, bias: false, random: new Random(1) });
    small.loadStateDict(new Map([["weight", f32([1, 1], 0.5)]]));
    expect(await small.weight.item()).toBe(0.5);
  });

  it("names every parameter that does not fit, and then changes nothing", async () => {
    const model = new Model(1);
    const before = await valuesOf(model);
    const state = await new Model(2, { hiddenSize: 4 }).stateDict();
    state.delete("output.bias");
    state.set("출력.bias", f32([5], 1, 2, 3, 4, 5));
    const load = () => model.loadStateDict(state);
    expect(load).toThrow(StateDictError);
    expect(load).toThrow("rnn.weight_ih_l0: the module has [12, 3], but [16, 3] came");
    expect(load).toThrow("rnn.weight_hh_l0: the module has [12, 3], but [16, 4] came");
    expect(load).toThrow("output.weight: the module has [5, 3], but [5, 4] came");
    expect(load).toThrow("missing:\n    output.bias [5]");
    expect(load).toThrow("unexpected:\n    출력.bias [5]");
    expect(await valuesOf(model)).toEqual(before);
  });

  it("must have the right dtype and as many values as its shape says", () => {
    const layer = new Linear({ inFeatures: 1, outFeatures: 2, bias: false, random: new Random(1) });
    const integers: SafeTensor = { dtype: "I32", shape: [2, 1], data: Int32Array.of(1, 2) };
    expect(() => layer.loadStateDict(new Map([["weight", integers]]))).toThrow("takes F32 or F64, but I32 came");
    expect(() => layer.loadStateDict(new Map([["weight", f32([2, 1], 1, 2, 3)]]))).toThrow("2 values, but 3 came");
  });

  it("may lack parameters or have more when that is asked for, but not of other shapes", async () => {
    const model = new Model(1);
    const bias = f32([5], 1, 2, 3, 4, 5);
    const report = model.loadStateDict(
      new Map([
        ["output.bias", bias],
        ["extra", bias],
      ]),
      { strict: false },
    );
    expect(report.unexpected).toEqual(["extra"]);
    expect(report.missing).toEqual([...model.parameters().keys()].filter((name) => name !== "output.bias"));
    expect((await model.stateDict()).get("output.bias")).toEqual(bias);
    const wrong = () => model.loadStateDict(new Map([["output.bias", f32([1], 0)]]), { strict: false });
    expect(wrong).toThrow("output.bias: the module has [5], but [1] came");
    expect(wrong).not.toThrow("missing");
  });

  it("is loaded where the module lives, whatever is in use", async () => {
    const [model, state] = [new Model(1), await new Model(2).stateDict()];
    const { backend } = model.output.weight;
    expect(await use(cpu({ precision: "f64" }))).not.toBe(backend);
    model.loadStateDict(state);
    for (const parameter of model.parameters().values()) expect(parameter.backend).toBe(backend);
    expect(await valuesOf(model)).toEqual([...state]);
  });
});

describe("a tied parameter", () => {
  it("is saved once and loaded by any of its names", async () => {
    const [a, b, c] = [new Model(1, { tied: true }), new Model(2, { tied: true }), new Model(3, { tied: true })];
    const state = await a.stateDict();
    expect([...state.keys()]).not.toContain("output.weight");
    b.loadStateDict(state);
    expect(b.output.weight).toBe(b.embedding.weight);
    expect(await valuesOf(b)).toEqual(await valuesOf(a));
    state.set("output.weight", state.get("embedding.weight")!);
    state.delete("embedding.weight");
    c.loadStateDict(state);
    expect(await valuesOf(c)).toEqual(await valuesOf(a));
  });

  it("may come by all its names, but only with the same values", async () => {
    const model = new Model(1, { tied: true });
    const state = await model.stateDict();
    const { shape, data } = state.get("embedding.weight") as SafeTensor & { data: Float32Array };
    state.set("output.weight", { dtype: "F32", shape, data: data.slice() });
    model.loadStateDict(state);
    state.set("output.weight", { dtype: "F32", shape, data: data.map((value) => value + 1) });
    expect(() => model.loadStateDict(state)).toThrow("output.weight: the parameter is tied");
  });
});

describe("a file", () => {
  it("gives the same bytes for the same model, and its metadata back", async () => {
    const [a, b] = [new Model(1), new Model(2)];
    const bytes = await saveModule(a, { config: '{"이름":"복사"}' });
    expect(loadModule(b, bytes)).toEqual({ config: '{"이름":"복사"}' });
    expect(await saveModule(b, { config: '{"이름":"복사"}' })).toEqual(bytes);
  });

  it("is checked", async () => {
    const model = new Model(1);
    const bytes = await saveModule(model);
    expect(() => loadModule(model, bytes.subarray(0, -1))).toThrow(SafetensorsError);
    expect(() => loadModule(model, encodeSafetensors({}))).toThrow(StateDictError);
    expect(loadModule(model, encodeSafetensors({}), { strict: false })).toEqual({});
  });

  it("brings any f32 values back bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.float(), { minLength: 6, maxLength: 6 }), async (values) => {
        const make = () => new Linear({ inFeatures: 3, outFeatures: 2, bias: false, random: new Random(1) });
        const [a, b] = [make(), make()];
        a.loadStateDict(new Map([["weight", f32([2, 3], ...values)]]));
        loadModule(b, await saveModule(a));
        expect(await b.weight.data()).toEqual(Float32Array.from(values));
        for (const layer of [a, b]) layer.dispose();
      }),
      { numRuns: 50 },
    );
  });
});
