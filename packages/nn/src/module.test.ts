import { Random } from "@heed/core";
import { cpu, memory, Parameter, ShapeError, scope, sum, tensor, use, zeros } from "@heed/tensor";
import { beforeEach, describe, expect, it } from "vitest";
import { Dropout, Embedding, GRU, LayerNorm, Linear, Module, parameterFrom } from "./index.js";

beforeEach(async () => {
  await use(cpu());
});

const linear = (inFeatures: number, outFeatures: number, bias = true) =>
  new Linear({ inFeatures, outFeatures, bias, random: new Random(1) });

class Model extends Module {
  scale: Parameter;
  embedding = new Embedding({ numEmbeddings: 5, embeddingSize: 3, random: new Random(2) });
  encoder = new GRU({
    inputSize: 3,
    hiddenSize: 2,
    layers: 2,
    bidirectional: true,
    dropout: 0.5,
    random: new Random(3),
  });
  blocks = [linear(2, 2), linear(2, 3, false)];
  heads = { ko: linear(2, 1, false), en: [new LayerNorm({ size: 2 })] };
  named = new Map([["번역", linear(1, 1, false)]]);
  unused: Linear | null = null;
  readonly size = 3;
  readonly #foreign: Linear;

  constructor(foreign: Linear) {
    super();
    this.scale = parameterFrom(zeros([1]));
    this.#foreign = foreign;
  }

  get foreign(): Linear {
    return this.#foreign;
  }
}

class Tied extends Module {
  readonly source = new Embedding({ numEmbeddings: 4, embeddingSize: 2, random: new Random(1) });
  readonly target = this.source;
  readonly output = linear(2, 4, false);

  constructor() {
    super();
    this.output.weight.dispose();
    this.output.weight = this.source.weight;
  }
}

describe("names", () => {
  it("are PyTorch's, in the order of definition", () => {
    const gru = (layer: number, suffix: string) =>
      ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((name) => `encoder.${name}_l${layer}${suffix}`);
    expect([...new Model(linear(1, 1)).parameters().keys()]).toEqual([
      "scale",
      "embedding.weight",
      ...gru(0, ""),
      ...gru(0, "_reverse"),
      ...gru(1, ""),
      ...gru(1, "_reverse"),
      "blocks.0.weight",
      "blocks.0.bias",
      "blocks.1.weight",
      "heads.ko.weight",
      "heads.en.0.weight",
      "heads.en.0.bias",
      "named.번역.weight",
    ]);
  });

  it("of modules begin with the module itself", () => {
    const model = new Model(linear(1, 1));
    const modules = model.modules();
    expect([...modules.keys()].slice(0, 4)).toEqual(["", "embedding", "encoder", "encoder.dropout"]);
    expect(modules.get("")).toBe(model);
    expect(modules.get("heads.en.0")).toBeInstanceOf(LayerNorm);
  });

  it("of tied parameters and shared modules are the first ones", () => {
    const tied = new Tied();
    expect([...tied.parameters().keys()]).toEqual(["source.weight"]);
    expect(tied.parameterNames().get(tied.source.weight)).toEqual(["source.weight", "target.weight", "output.weight"]);
    expect([...tied.modules().keys()]).toEqual(["", "source", "output"]);
    expect(tied.parameterCount()).toBe(8);
  });

  it("cannot lead in circles", () => {
    class Child extends Module {
      parent: Module | null = null;
    }
    class Parent extends Module {
      readonly child = new Child();
    }
    const parent = new Parent();
    parent.child.parent = parent;
    expect(() => parent.parameters()).toThrow("child.parent leads back");
  });
});

it("counts what is learned", () => {
  expect(linear(3, 4).parameterCount()).toBe(16);
  expect(linear(3, 4, false).parameterCount()).toBe(12);
});

it("switches all that is within between training and evaluation", () => {
  const model = new Model(linear(1, 1));
  const flags = () => new Set([...model.modules().values()].map((module) => module.training));
  expect(flags()).toEqual(new Set([true]));
  expect(model.eval()).toBe(model);
  expect(flags()).toEqual(new Set([false]));
  expect(model.foreign.training).toBe(true);
  model.train();
  expect(flags()).toEqual(new Set([true]));
  expect(model.encoder.dropout).toBeInstanceOf(Dropout);
});

it("forgets gradients, and frees everything", () => {
  const before = memory();
  const layer = linear(2, 2);
  scope(() => sum(layer.forward(tensor([[1, 2]]))).backward());
  expect([...layer.parameters().values()].every(({ grad }) => grad !== null)).toBe(true);
  layer.zeroGrad();
  expect([...layer.parameters().values()].every(({ grad }) => grad === null)).toBe(true);
  scope(() => sum(layer.forward(tensor([[1, 2]]))).backward());
  layer.dispose();
  expect(memory()).toEqual(before);
});

it("finds no gradient in a frozen parameter", () => {
  const layer = linear(2, 2);
  layer.weight.trainable = false;
  scope(() => sum(layer.forward(tensor([[1, 2]]))).backward());
  expect(layer.weight.grad).toBeNull();
  expect(layer.bias?.grad).toBeInstanceOf(Object);
});

describe("parameterFrom", () => {
  it("takes the tensor over", async () => {
    const before = memory();
    const value = tensor([1, 2]);
    const parameter = parameterFrom(value);
    expect(parameter).toBeInstanceOf(Parameter);
    expect(value.disposed).toBe(true);
    expect(await parameter.data()).toEqual(new Float32Array([1, 2]));
    parameter.dispose();
    expect(memory()).toEqual(before);
  });

  it("outlives the scope that it was made in", async () => {
    const parameter = scope(() => parameterFrom(tensor([3])));
    expect(await parameter.item()).toBe(3);
  });
});

it("lets the operations say what does not fit", () => {
  expect(() => linear(3, 4).forward(zeros([2, 5]))).toThrow(ShapeError);
  expect(() => linear(0, 4)).toThrow("Linear: inFeatures must be a whole number of at least 1, but is 0");
  expect(() => linear(3, 1.5)).toThrow("outFeatures");
});
