import { exp, mean, Parameter, scope, sum, tanh, tensor, use } from "@heed/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import { createWasm } from "./wasm.js";

/** Deterministic numbers in [0, 1) with 23 bits. */
function numbers(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 9) / 2 ** 23;
  });
}

describe.each(["128", "256"] as const)("%s-bit kernels", (simd) => {
  beforeAll(async () => {
    await use((await createWasm({ simd, threads: 1 })).backend);
  });

  test.each([
    { shape: [8_000_003], axis: 0, outer: 1, inner: 1 },
    { shape: [3, 1_000_001], axis: 1, outer: 3, inner: 1 },
    { shape: [100_001, 37], axis: 0, outer: 1, inner: 37 },
    { shape: [2, 50_001, 18], axis: 1, outer: 2, inner: 18 },
  ])("the error of a sum does not grow with its length: $shape, axis $axis", ({ shape, axis, outer, inner }) => {
    const values = numbers(shape.reduce((product, length) => product * length, 1));
    const r = shape[axis]!;
    const result = scope(() => sum(tensor(values, { shape }), { axis }).dataSync());
    for (let i = 0; i < outer; i++) {
      for (let j = 0; j < inner; j++) {
        let exact = 0;
        for (let k = 0; k < r; k++) exact += values[(i * r + k) * inner + j]!;
        expect(Math.abs(result[i * inner + j]! / exact - 1)).toBeLessThan(3e-7);
      }
    }
  });

  test("the mean of 20 million equal numbers is that number", () => {
    const values = new Float32Array(20_000_000).fill(0.1);
    const result = scope(() => mean(tensor(values)).dataSync()[0]!);
    expect(Math.abs(result / values[0]! - 1)).toBeLessThan(3e-7);
  });

  test("tanh is exactly ±1 far from 0, and its gradient exactly 0", () => {
    const x = new Parameter(tensor([9.1, -9.1, 20, -1e30, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]));
    const y = tanh(x);
    sum(y).backward();
    expect([...y.dataSync()]).toEqual([1, -1, 1, -1, 1, -1]);
    expect([...x.grad!.dataSync()].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("infinite numbers and NaN stay in sums", () => {
    const values = new Float32Array(10_000).fill(1);
    const total = (place: number, value: number) => {
      const changed = values.slice();
      changed[place] = value;
      return sum(tensor(changed)).dataSync()[0];
    };
    expect(total(5_000, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(total(9_999, Number.NaN)).toBeNaN();
    expect(exp(sum(tensor(values.map((x) => -x)))).dataSync()[0]).toBe(0);
  });
});
