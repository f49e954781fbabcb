import { Random } from "@heed/core";
import { cpu, matmul, ShapeError, type Tensor, use } from "@heed/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { kaimingUniform, normal, orthogonal, uniform, xavierNormal, xavierUniform, zeros } from "../index.js";

beforeAll(async () => {
  await use(cpu({ precision: "f64" }));
});

async function statistics(tensor: Tensor): Promise<{ low: number; high: number; mean: number; std: number }> {
  const values = Array.from(await tensor.data());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { low: Math.min(...values), high: Math.max(...values), mean, std: Math.sqrt(variance) };
}

/** 8,000 draws from U(±bound) come within 1 % of both ends, and never pass them. */
async function expectUniform(tensor: Tensor, low: number, high: number): Promise<void> {
  const found = await statistics(tensor);
  const margin = 0.01 * (high - low);
  expect(found.low).toBeGreaterThanOrEqual(low);
  expect(found.low).toBeLessThan(low + margin);
  expect(found.high).toBeLessThan(high);
  expect(found.high).toBeGreaterThan(high - margin);
}

async function expectNormal(tensor: Tensor, mean: number, std: number): Promise<void> {
  const found = await statistics(tensor);
  expect(Math.abs(found.mean - mean)).toBeLessThan(0.05 * std);
  expect(Math.abs(found.std / std - 1)).toBeLessThan(0.03);
  expect(found.high).toBeGreaterThan(mean + 3 * std);
}

const random = () => new Random(5);
const shape = [40, 200];

describe("draws", () => {
  it("uniform", async () => {
    await expectUniform(uniform(shape, random()), 0, 1);
    await expectUniform(uniform(shape, random(), { low: -2, high: 3 }), -2, 3);
  });

  it("normal", async () => {
    await expectNormal(normal(shape, random()), 0, 1);
    await expectNormal(normal(shape, random(), { mean: 2, std: 0.1 }), 2, 0.1);
  });

  it("xavierUniform, by both sides", async () => {
    await expectUniform(xavierUniform(shape, random()), -Math.sqrt(6 / 240), Math.sqrt(6 / 240));
    await expectUniform(xavierUniform(shape, random(), { gain: 2 }), -2 * Math.sqrt(6 / 240), 2 * Math.sqrt(6 / 240));
    await expectUniform(xavierUniform([10, 20, 40], random()), -Math.sqrt(6 / 1200), Math.sqrt(6 / 1200));
  });

  it("xavierNormal", async () => {
    await expectNormal(xavierNormal(shape, random()), 0, Math.sqrt(2 / 240));
  });

  it("kaimingUniform, by one side", async () => {
    await expectUniform(kaimingUniform(shape, random()), -Math.sqrt(6 / 200), Math.sqrt(6 / 200));
    await expectUniform(kaimingUniform(shape, random(), { mode: "fanOut" }), -Math.sqrt(6 / 40), Math.sqrt(6 / 40));
    const slope = { negativeSlope: Math.sqrt(5) };
    await expectUniform(kaimingUniform(shape, random(), slope), -1 / Math.sqrt(200), 1 / Math.sqrt(200));
  });

  it("zeros", async () => {
    expect(await zeros([2]).data()).toEqual(new Float64Array(2));
  });

  it("need two axes where they count inputs and outputs", () => {
    for (const initialiser of [xavierUniform, xavierNormal, kaimingUniform, orthogonal]) {
      expect(() => initialiser([3], random())).toThrow(ShapeError);
    }
  });
});

describe("orthogonal", () => {
  const identity = (size: number) =>
    Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0));

  it.each([
    [[4, 9], "rows"],
    [[5, 5], "rows"],
    [[9, 4], "columns"],
    [[3, 2, 4], "rows"],
  ])("%j has orthonormal %s", async (shape, which) => {
    const w = orthogonal(shape, random()).reshape(shape[0]!, -1);
    const product = which === "rows" ? matmul(w, w, { transposeB: true }) : matmul(w, w, { transposeA: true });
    const values = await product.data();
    for (const [index, expected] of identity(product.shape[0]!).entries()) {
      expect(values[index]).toBeCloseTo(expected, 12);
    }
  });

  it("is scaled by the gain, and differs by seed", async () => {
    const one = await orthogonal([2, 3], new Random(1)).data();
    const three = await orthogonal([2, 3], new Random(1), { gain: 3 }).data();
    for (const [index, value] of one.entries()) expect(three[index]).toBeCloseTo(3 * value, 12);
    expect(await orthogonal([2, 3], new Random(2)).data()).not.toEqual(one);
  });
});

it("refuses a shape that is no list, and a missing generator", () => {
  for (const initialise of [kaimingUniform, xavierUniform, xavierNormal, orthogonal]) {
    // @ts-expect-error a number in place of a list
    expect(() => initialise(3, new Random(1))).toThrow("the shape must be a list of sizes, got 3.");
    // @ts-expect-error no generator
    expect(() => initialise([2, 2])).toThrow("random must be a Random, got undefined.");
  }
});
