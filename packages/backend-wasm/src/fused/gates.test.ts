import { gruStep, lstmStep, type Tensor, tensor, use, zeros } from "@heed/tensor";
import { beforeAll, describe, expect, test } from "vitest";
import { createWasm } from "../wasm.js";

const smallestNormal = 2 ** -126;

/** Numbers from −130 to 130, and all that is special. */
const numbers = Float32Array.from([
  ...Array.from({ length: 20_001 }, (_, i) => (i - 10_000) * 0.013),
  ...Array.from({ length: 1_000 }, (_, i) => (i % 2 ? -1 : 1) * 2 ** -(i / 8)),
  ...[0, -0, 1e-45, 88.3, 88.4, 88.75, 89, 90, 1e4, 3.4e38].flatMap((x) => [x, -x]),
]);
const h = numbers.length;

/** A step for each number, with one hidden unit: `count` gates, of which that at `kind` is the number. */
const gatesOf = (count: number, kind: number, others: readonly number[]): Tensor =>
  tensor(
    Float32Array.from({ length: count * h }, (_, i) =>
      i % count === kind ? numbers[Math.floor(i / count)]! : others[i % count]!,
    ),
    { shape: [h, count] },
  );
const column = (value: number): Tensor => tensor(new Float32Array(h).fill(value), { shape: [h, 1] });
const values = (x: Tensor): ArrayLike<number> => x.dataSync();

/** Each gate, as the results of a step show it. */
const gates: Readonly<Record<string, () => Tensor>> = {
  // h′ = n + z (h − n), with n = tanh(0) = 0 and h = 1.
  "update gate of gruStep": () => gruStep(gatesOf(3, 1, [0, 0, 0]), column(1), zeros([3, 1]), null),
  // c′ = f c + i g, with c = 1 and g = tanh(0) = 0.
  "forget gate of lstmStep": () => lstmStep(gatesOf(4, 1, [0, 0, 0, 0]), column(1), column(1), zeros([4, 1]), null)[1],
  // c′ = f c + i g, with c = 0 and g = tanh(100) = 1.
  "input gate of lstmStep": () => lstmStep(gatesOf(4, 0, [0, 0, 100, 0]), column(0), column(0), zeros([4, 1]), null)[1],
};

describe.each(["128", "256"] as const)("gates of %s-bit kernels", (simd) => {
  beforeAll(async () => {
    await use((await createWasm({ simd, threads: 1 })).backend);
  });

  test.each(Object.entries(gates))("%s: σ to 2 units in the last place", (_name, compute) => {
    const results = values(compute());
    let worst = 0;
    let at = 0;
    for (let i = 0; i < h; i++) {
      const exact = 1 / (1 + Math.exp(-numbers[i]!));
      if (exact < smallestNormal) {
        expect(results[i], `at ${numbers[i]}`).toBeLessThan(smallestNormal);
        continue;
      }
      const off = Math.abs(results[i]! - exact) / 2 ** (Math.floor(Math.log2(exact)) - 23);
      if (!(off <= worst)) [worst, at] = [off, numbers[i]!];
    }
    expect(worst, `at ${at}`).toBeLessThanOrEqual(2);
  });

  test.each(Object.entries(gates))("%s: exactly 0 and 1 far from 0", (_name, compute) => {
    const results = values(compute());
    for (let i = 0; i < h; i++) {
      if (numbers[i]! > 17.4) expect(results[i], `at ${numbers[i]}`).toBe(1);
      if (numbers[i]! < -89) expect(results[i], `at ${numbers[i]}`).toBe(0);
    }
  });

  test("what a closed gate hides, even ∞, is NaN, as 0 · ∞ is", () => {
    const endless = Number.POSITIVE_INFINITY;
    const one = (...list: number[]): Tensor => tensor([list]);
    // z = 0 hides the state h = ∞: n + 0 · (∞ − n).
    expect(values(gruStep(one(0, -endless, 0), one(endless), zeros([3, 1]), null))[0]).toBeNaN();
    expect(values(lstmStep(one(0, -200, 0, 0), one(0), one(endless), zeros([4, 1]), null)[1])[0]).toBeNaN();
  });
});
