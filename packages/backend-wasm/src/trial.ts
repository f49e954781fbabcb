import type { KernelFunction } from "./instance.js";
import { moduleOf, type Variant } from "./variants.js";

/** Side of the product that is timed; small enough for the nearest caches. */
const side = 96;
/** In milliseconds: the longest trial, the time without an improvement that ends it, and the time of a round. */
const patience = { longest: 80, settled: 20, round: 2 } as const;
/** Ends the trial if the clock does not move. */
const mostProducts = 4_000;
/** Sizes and transposes that are compared with plain arithmetic: whole tiles, edges, single rows. */
const shapes = [
  [side, side, side, 0, 0],
  [13, 37, 29, 0, 1],
  [7, 18, 65, 1, 0],
  [1, 70, 33, 0, 0],
  [31, 16, 50, 1, 1],
] as const;

/** A variant with operands a and b; the addresses are in bytes. */
interface Trial {
  readonly kernels: Record<"gemm" | "unary" | "softmax", KernelFunction>;
  readonly floats: Float32Array;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  multiply(m: number, n: number, k: number, transA: number, transB: number): void;
}

function prepare(variant: Variant, shared: boolean): Trial {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 64, shared });
  const instance = new WebAssembly.Instance(moduleOf(variant, shared), { env: { memory } });
  const kernels = instance.exports as unknown as Trial["kernels"];
  const floats = new Float32Array(memory.buffer);
  const [a, b, c, workspace] = [65_536, 131_072, 196_608, 262_144];
  for (let i = 0; i < 16_384; i++) {
    floats[a / 4 + i] = Math.sin(i);
    floats[b / 4 + i] = Math.cos(1.7 * i);
  }
  const multiply: Trial["multiply"] = (m, n, k, transA, transB) => {
    const left = [a, 4 * (transA ? m : k), transA];
    const right = [b, 4 * (transB ? k : n), transB, 0];
    kernels.gemm(0, m, workspace, 0, m, n, k, ...left, ...right, c, 4 * n, 0, 0);
  };
  return { kernels, floats, a, b, c, multiply };
}

/**
 * Measures the speed of a small matrix product on one thread, in GFLOP/s: runs products until the engine has optimized the
 * code and their time no longer falls.
 */
export function timeVariant(variant: Variant, shared: boolean): number {
  const { multiply } = prepare(variant, shared);
  return (2 * side ** 3) / timeOf(() => multiply(side, side, side, 0, 0)) / 1e6;
}

/**
 * Compares products, elementary functions and a softmax with plain arithmetic, and checks that a variant with fused
 * multiply-add rounds once: on a processor without it, engines multiply and add instead.
 *
 * @returns what is wrong with the results, or `null`
 */
export function findFault(variant: Variant, shared: boolean): string | null {
  const { kernels, floats, a, b, c, multiply } = prepare(variant, shared);
  let fault: string | null = null;
  for (const [m, n, k, transA, transB] of shapes) {
    multiply(m, n, k, transA, transB);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) {
          sum += floats[a / 4 + (transA ? p * m + i : i * k + p)]! * floats[b / 4 + (transB ? j * k + p : p * n + j)]!;
        }
        const difference = Math.abs(sum - floats[c / 4 + i * n + j]!);
        if (!(difference < 1e-4)) fault ??= `a product of ${m} × ${k} × ${n} is wrong by ${difference}`;
      }
    }
  }
  const functions = [
    [3, Math.exp],
    [6, Math.tanh],
    [7, (x: number) => 1 / (1 + Math.exp(-x))],
  ] as const;
  for (const [code, define] of functions) {
    kernels.unary(0, 1_001, 0, code, a, c);
    for (let i = 0; i < 1_001; i++) {
      const difference = Math.abs(define(floats[a / 4 + i]!) - floats[c / 4 + i]!);
      if (!(difference < 1e-5)) fault ??= `an elementary function is wrong by ${difference}`;
    }
  }
  kernels.softmax(0, 3, 0, a, c, 45, 1);
  for (let row = 0; row < 3; row++) {
    let sum = 0;
    for (let j = 0; j < 45; j++) sum += floats[c / 4 + 45 * row + j]!;
    if (!(Math.abs(sum - 1) < 1e-5)) fault ??= `weights of a softmax sum up to ${sum}`;
  }
  return fault ?? (variant.fusedMultiplyAdd ? findSplit({ floats, a, b, c, multiply }) : null);
}

/** Returns what is wrong when products round between multiplying and adding. */
function findSplit({ floats, a, b, c, multiply }: Omit<Trial, "kernels">): string | null {
  const [rows, columns] = [7, 37];
  for (let i = 0; i < rows; i++) floats.set([-(1 + 2 ** -11), 1 + 2 ** -12], a / 4 + 2 * i);
  floats.fill(1, b / 4, b / 4 + columns);
  floats.fill(1 + 2 ** -12, b / 4 + columns, b / 4 + 2 * columns);
  multiply(rows, columns, 2, 0, 0);
  // Fused: (1 + 2⁻¹²)² − (1 + 2⁻¹¹) = 2⁻²⁴. Else the square is rounded to 1 + 2⁻¹¹ first, which leaves 0.
  const fused = floats.subarray(c / 4, c / 4 + rows * columns).every((value) => value === 2 ** -24);
  return fused ? null : "this processor has no fused multiply-add";
}

/** Returns the time of a product in the fastest round, in milliseconds. */
function timeOf(multiply: () => void): number {
  const start = performance.now();
  let best = Number.POSITIVE_INFINITY;
  let improved = start;
  let round = { start, products: 0 };
  for (let product = 0; product < mostProducts; product++) {
    multiply();
    round.products++;
    const now = performance.now();
    if (now - round.start >= patience.round) {
      const average = (now - round.start) / round.products;
      if (average < 0.95 * best) improved = now;
      best = Math.min(best, average);
      round = { start: now, products: 0 };
    }
    if (now - start >= patience.longest || now - improved >= patience.settled) break;
  }
  return best;
}
