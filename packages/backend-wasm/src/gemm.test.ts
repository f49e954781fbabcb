import { setFlagsFromString } from "node:v8";
import { type Backend, Draw, linear, matmul, slice, type Tensor, use } from "@heed/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createWasm } from "./wasm.js";

// Compiled for speed at the first call, as in wasm.test.ts.
setFlagsFromString("--no-liftoff");

interface Sizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Largest difference from sums in f64, in units of k · 2⁻²⁴: each of k additions rounds a sum of size √k. */
function worstError(
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  { m, n, k, transposeA, transposeB }: Sizes,
): number {
  let worst = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) {
        sum += a[transposeA ? p * m + i : i * k + p]! * b[transposeB ? j * k + p : p * n + j]!;
      }
      worst = Math.max(worst, Math.abs(sum - c[i * n + j]!));
    }
  }
  return worst / ((k + 8) * 2 ** -24);
}

const read = (x: Tensor): Float32Array => x.dataSync() as Float32Array;

describe.each(["128", "256"] as const)("matrix products, %s bits", (simd) => {
  const backend: Promise<Backend> = createWasm({ simd, threads: 1 }).then((made) => made.backend);

  const check = (sizes: Sizes, seed: number): void => {
    const { m, n, k, transposeA, transposeB } = sizes;
    const draw = new Draw(seed);
    const a = transposeA ? draw.randn(k, m) : draw.randn(m, k);
    const b = transposeB ? draw.randn(n, k) : draw.randn(k, n);
    const c = matmul(a, b, { transposeA, transposeB });
    expect(worstError(read(a), read(b), read(c), sizes)).toBeLessThan(8);
    // The second time, b may have been laid out for products: not a bit may change.
    expect(read(matmul(a, b, { transposeA, transposeB }))).toEqual(read(c));
    for (const tensor of [a, b, c]) tensor.dispose();
  };

  test("of any size, transposed or not", async () => {
    await use(backend);
    const size = fc.integer({ min: 1, max: 90 });
    const sizes = fc.record({ m: size, n: size, k: size, transposeA: fc.boolean(), transposeB: fc.boolean() });
    fc.assert(fc.property(sizes, fc.nat(), check), { numRuns: 60 });
  });

  test.each([
    [7, 21, 1500],
    [400, 33, 20],
    [3, 4200, 9],
    [70, 300, 600],
    [1, 300, 700],
  ])("beyond one block: %i × %i × %i", async (m, n, k) => {
    await use(backend);
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) check({ m, n, k, transposeA, transposeB }, 1);
    }
  });

  test("give a row the same bits alone and among others", async () => {
    await use(backend);
    const { randn } = new Draw(4);
    const [x, weight, bias] = [randn(37, 530), randn(150, 530), randn(150)];
    const together = read(linear(x, weight, bias));
    for (const row of [0, 5, 36]) {
      const alone = slice(x, { axis: 0, start: row, end: row + 1 });
      expect(read(linear(alone, weight, bias))).toEqual(together.slice(row * 150, (row + 1) * 150));
    }
  });
});
