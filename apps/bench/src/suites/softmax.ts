import { values } from "../values.js";
import type { Case } from "./case.js";
import { expectOut } from "./probes.js";

/** Attention weights of one step, and the output layers of the medium and the large model. */
const shapes: readonly (readonly [rows: number, columns: number])[] = [
  [64, 20],
  [1344, 1000],
  [1344, 8000],
];

export const softmaxCases: readonly Case[] = shapes.map(([rows, columns]) => ({
  suite: "softmax",
  name: `${rows}×${columns}`,
  work: { kind: "softmax", rows, columns },
  unit: "GB/s",
  amount: 8 * rows * columns,
  limit: { kind: "limit-copy", bytes: 8 * rows * columns },
  checks: [{ work: { kind: "softmax", rows, columns }, runs: 1, expect: async () => expectSoftmax(rows, columns) }],
  quick: columns === 20,
}));

function expectSoftmax(rows: number, columns: number) {
  const e = values(1, rows * columns, 8).map(Math.exp);
  return expectOut(rows * columns, (index) => {
    const start = index - (index % columns);
    return e[index]! / e.subarray(start, start + columns).reduce((sum, value) => sum + value, 0);
  });
}
