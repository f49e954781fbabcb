import { values } from "../values.js";
import type { Case } from "./case.js";
import { expectOut } from "./probes.js";

/** Squares, and the products of the models: gates of a step, input projections, output layers, and their gradients. */
const shapes: readonly (readonly [m: number, k: number, n: number, name?: string])[] = [
  ...[32, 64, 128, 256, 512, 768, 1024, 2048, 4096].map((n) => [n, n, n] as const),
  [32, 64, 192, "copy, gates of a step"],
  [256, 64, 11, "copy, output layer"],
  [64, 256, 768, "medium, gates of a step"],
  [1280, 256, 768, "medium, input projection"],
  [1344, 256, 1000, "medium, output layer"],
  [64, 512, 1536, "large, gates of a step"],
  [1344, 512, 8000, "large, output layer"],
];

const quick = new Set([32, 128]);

export const matmulCases: readonly Case[] = shapes.map(([m, k, n, name]) => ({
  suite: "matmul",
  name: name ? `${m}×${k} · ${k}×${n}  ${name}` : `${n}×${n}`,
  work: { kind: "matmul", m, k, n },
  unit: "GFLOP/s",
  amount: 2 * m * k * n,
  limit: { kind: "limit-fma" },
  checks: [{ work: { kind: "matmul", m, k, n }, runs: 1, expect: async () => expectProduct(m, k, n) }],
  forCards: !name && n > 1024,
  quick: !name && quick.has(n),
}));

function expectProduct(m: number, k: number, n: number) {
  const [a, b] = [values(1, m * k, 2), values(2, k * n, 2)];
  return expectOut(m * n, (index) => {
    const [row, column] = [Math.floor(index / n), index % n];
    let sum = 0;
    for (let i = 0; i < k; i++) sum += a[row * k + i]! * b[i * n + column]!;
    return sum;
  });
}
