import { Random } from "@heed/core";
import { cpu, Parameter, sum, type Tensor, tensor, topK, use } from "@heed/tensor";
import { toHost } from "@heed/tensor/testing";
import { expect, test } from "vitest";
import { createWasm } from "../wasm.js";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Rows with equal entries, infinities and NaN, of every length that a kernel treats in its own way. */
const rows: number[][] = [
  [1],
  [2, 2, 2],
  [-infinity, nan, infinity, nan, 0],
  [5, 4, 3, 2, 1, 0, -1, -2, -3],
  [-3, -2, -1, 0, 1, 2, 3, 4, 5],
  [0, -0, 0, -0, 1, 1, nan, 1],
  ...[4, 7, 16, 33, 1001].map((n) =>
    Array.from({ length: n }, (_, i) => Math.round(8 * Random.derive(n, i).normal()) / 8),
  ),
];

test.each(rows.map((row) => [row.length, row] as const))(
  "selects as the reference does, %i entries",
  async (n, row) => {
    const wasm = await createWasm({ threads: 1 });
    const backends = [cpu(), wasm.backend];
    for (const k of new Set([1, 2, n - 1, n].filter((count) => count >= 1 && count <= n))) {
      const results = [];
      for (const backend of backends) {
        await use(backend);
        const x = new Parameter(tensor([row, row.toReversed()]));
        const [values, indices] = topK(x, { k });
        const weights = tensor(
          Float32Array.from({ length: 2 * k }, (_, i) => i + 1),
          { shape: [2, k] },
        );
        const hosts = [await toHost(values), await toHost(indices)];
        sum(values.mul(weights)).backward();
        results.push([...hosts, await toHost(x.grad as Tensor)]);
      }
      expect(results[1]).toEqual(results[0]);
    }
    await wasm.backend.close?.();
  },
);
