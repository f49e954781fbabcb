import { Random } from "@heed/core";
import { cpu, memory, scope, tensor, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { Linear } from "./linear.js";
import { MovingAverage } from "./moving-average.js";

beforeEach(() => use(cpu()));

const linear = (seed = 1): Linear =>
  new Linear({ inFeatures: 2, outFeatures: 1, bias: false, random: new Random(seed) });

/** Assigns weights as an optimizer would. */
function step(module: Linear, ...values: number[]): void {
  scope(() => module.weight.assign(tensor([values])));
}

async function averages(average: MovingAverage): Promise<number[]> {
  return Array.from((await average.state()).get("weight")!.data as Float32Array);
}

test("follows the parameters with the decay min(decay, (1 + t) / (10 + t)), and leaks nothing", async () => {
  const module = linear();
  step(module, 1, -1);
  const average = new MovingAverage(module, 0.3);
  let expected = [1, -1];
  for (const [i, values] of [
    [3, 0],
    [5, 1],
    [0, 2],
    [1, 1],
  ].entries()) {
    step(module, ...values);
    average.update(i + 1);
    const decay = Math.min(0.3, (2 + i) / (11 + i));
    expected = expected.map((each, j) => decay * each + (1 - decay) * values[j]!);
    const got = await averages(average);
    for (const [j, value] of expected.entries()) expect(got[j]).toBeCloseTo(value, 6);
    expect(Array.from(await module.weight.data())).toEqual(values);
  }
  average.dispose();
  module.dispose();
  expect(memory().buffers).toBe(0);
});

test("use: the module has the averages until the work is done, also when it fails", async () => {
  const module = linear();
  step(module, 1, 2);
  const average = new MovingAverage(module, 0.9);
  step(module, 5, 6);
  const during = await average.use(async () => {
    await Promise.resolve();
    return Array.from(await module.weight.data());
  });
  expect(during).toEqual([1, 2]);
  await expect(average.use(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(Array.from(await module.weight.data())).toEqual([5, 6]);
});

test("a saved average continues with the same bits", async () => {
  const [module, other] = [linear(), linear(2)];
  const [average, resumed] = [new MovingAverage(module, 0.99), new MovingAverage(other, 0.99)];
  step(module, 0.1, 0.7);
  average.update(1);
  resumed.load(await average.state());
  expect(await other.weight.data()).toEqual(await linear(2).weight.data());
  for (const each of [module, other]) step(each, 0.3, 0.2);
  average.update(2);
  resumed.update(2);
  expect(await averages(resumed)).toEqual(await averages(average));
});

test("wrong calls", async () => {
  const module = linear();
  for (const decay of [0, 1, Number.NaN]) {
    expect(() => new MovingAverage(module, decay)).toThrow("MovingAverage: decay must be in (0, 1)");
  }
  const average = new MovingAverage(module, 0.9);
  const before = await averages(average);
  expect(() => average.load(new Map([["other", { dtype: "F32", shape: [1], data: Float32Array.of(1) }]]))).toThrow(
    "other",
  );
  expect(await averages(average)).toEqual(before);
});
