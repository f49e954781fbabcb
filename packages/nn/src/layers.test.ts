import { Random } from "@heed/core";
import { cpu, DTypeError, scope, tensor, use, zeros } from "@heed/tensor";
import { beforeEach, describe, expect, it } from "vitest";
import { crossEntropy, Dropout, Embedding, LayerNorm, Linear } from "./index.js";

beforeEach(async () => {
  await use(cpu());
});

/** Checks that draws fill U(±bound): none outside, and some near both ends. */
function expectUniform(values: ArrayLike<number>, bound: number): void {
  const all = Array.from(values);
  expect(Math.max(...all)).toBeLessThanOrEqual(bound);
  expect(Math.min(...all)).toBeGreaterThanOrEqual(-bound);
  expect(Math.max(...all)).toBeGreaterThan(0.9 * bound);
  expect(Math.min(...all)).toBeLessThan(-0.9 * bound);
}

describe("Linear", () => {
  it("starts as PyTorch's does", async () => {
    const layer = new Linear({ inFeatures: 25, outFeatures: 60, random: new Random(1) });
    expectUniform(await layer.weight.data(), 1 / 5);
    expectUniform(await layer.bias!.data(), 1 / 5);
    expect(layer.weight.shape).toEqual([60, 25]);
  });
});

describe("Embedding", () => {
  it("starts in N(0, σ²)", async () => {
    const options = { numEmbeddings: 100, embeddingSize: 20, random: new Random(1), std: 0.25 };
    const values = Array.from(await new Embedding(options).weight.data());
    const meanSquare = values.reduce((total, value) => total + value * value, 0) / values.length;
    expect(Math.sqrt(meanSquare)).toBeCloseTo(0.25, 2);
  });

  it("starts in N(0, 1), with zeros at the padding", async () => {
    const options = { numEmbeddings: 100, embeddingSize: 20, random: new Random(1) };
    const values = Array.from(await new Embedding({ ...options, paddingIndex: 3 }).weight.data());
    expect(values.slice(60, 80).every((value) => value === 0)).toBe(true);
    const drawn = values.filter((value) => value !== 0);
    expect(drawn).toHaveLength(99 * 20);
    const mean = drawn.reduce((total, value) => total + value, 0) / drawn.length;
    const variance = drawn.reduce((total, value) => total + (value - mean) ** 2, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(0.07);
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
  });

  it("refuses a padding that is no id, and ids that are not integers", () => {
    const options = { numEmbeddings: 4, embeddingSize: 2, random: new Random(1) };
    expect(() => new Embedding({ ...options, paddingIndex: 4 })).toThrow(
      "paddingIndex must be an id in 0 … 3, but is 4",
    );
    expect(() => new Embedding(options).forward(zeros([2]))).toThrow(DTypeError);
  });
});

describe("Dropout", () => {
  const x = () => tensor(new Float32Array(1000).fill(3));

  it("drops as often as it says, and scales what it keeps", async () => {
    const dropout = new Dropout({ probability: 0.25, random: new Random(1) });
    const values = Array.from(await dropout.forward(x()).data());
    const dropped = values.filter((value) => value === 0).length;
    expect(dropped).toBeGreaterThan(200);
    expect(dropped).toBeLessThan(300);
    expect(values.every((value) => value === 0 || value === 4)).toBe(true);
  });

  it("drops others each time, and goes on the same from a saved state", async () => {
    const random = new Random(1);
    const first = await new Dropout({ probability: 0.5, random }).forward(x()).data();
    const state = random.state();
    const second = await new Dropout({ probability: 0.5, random }).forward(x()).data();
    const resumed = await new Dropout({ probability: 0.5, random: Random.fromState(state) }).forward(x()).data();
    expect(second).not.toEqual(first);
    expect(resumed).toEqual(second);
  });

  it("does nothing, and draws nothing, in evaluation and at probability 0", () => {
    const random = new Random(1);
    const state = random.state();
    const input = x();
    expect(new Dropout({ probability: 0.5, random }).eval().forward(input)).toBe(input);
    expect(new Dropout({ probability: 0, random }).forward(input)).toBe(input);
    expect(random.state()).toEqual(state);
  });

  it("refuses what is no probability", () => {
    for (const probability of [-0.1, 1, Number.NaN]) {
      expect(() => new Dropout({ probability, random: new Random(1) })).toThrow(
        /probability (is a probability in \[0, 1\)|must be a number, got NaN)/,
      );
    }
  });
});

describe("LayerNorm", () => {
  it("gives mean 0 and variance 1 at first", async () => {
    const values = Array.from(await new LayerNorm({ size: 4 }).forward(tensor([[1, 2, 3, 10]])).data());
    expect(values.reduce((total, value) => total + value, 0)).toBeCloseTo(0, 5);
    expect(values.reduce((total, value) => total + value ** 2, 0) / 4).toBeCloseTo(1, 4);
  });

  it("refuses an epsilon that is not positive", () => {
    expect(() => new LayerNorm({ size: 4, epsilon: 0 })).toThrow("epsilon must be positive");
  });
});

describe("crossEntropy", () => {
  it("is log v for logits that know nothing, whatever is ignored", async () => {
    const targets = tensor(new Int32Array([1, 2, 0, 0]), { shape: [2, 2] });
    expect(await crossEntropy(zeros([2, 2, 5]), targets, { ignoreIndex: 0 }).item()).toBeCloseTo(Math.log(5), 6);
  });

  it("is 0, with a gradient of 0, when no target counts", async () => {
    const layer = new Linear({ inFeatures: 2, outFeatures: 3, random: new Random(1) });
    const loss = scope(() => {
      const loss = crossEntropy(layer.forward(zeros([2, 2])), tensor(new Int32Array(2)), { ignoreIndex: 0 });
      loss.backward();
      return loss;
    });
    expect(await loss.item()).toBe(0);
    expect(Array.from(await layer.bias!.grad!.data())).toEqual([0, 0, 0]);
  });
});
