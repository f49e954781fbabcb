import { values } from "../values.js";
import type { ElementwiseOp, ElementwiseWork } from "../work.js";
import type { Case, Expectation } from "./case.js";
import { expectOut } from "./probes.js";

const ops: readonly ElementwiseOp[] = ["add", "addRow", "exp", "tanh", "sigmoid"];

const formulas: Readonly<Record<ElementwiseOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  addRow: (a, b) => a + b,
  exp: (a) => Math.exp(a),
  tanh: (a) => Math.tanh(a),
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
};

const names: Readonly<Record<ElementwiseOp, string>> = {
  add: "add",
  addRow: "add a row",
  exp: "exp",
  tanh: "tanh",
  sigmoid: "sigmoid",
};

/** In the first cache, and in memory or the last one. */
export const elementwiseCases: readonly Case[] = [4096, 2 ** 22].flatMap((size) =>
  ops.map((op): Case => {
    const work: ElementwiseWork = { kind: "elementwise", op, size, columns: 256 };
    const bytes = 4 * (op === "add" ? 3 * size : 2 * size);
    return {
      suite: "elementwise",
      name: `${names[op]}, ${size.toLocaleString("en")}`,
      work,
      unit: "GB/s",
      amount: bytes,
      limit: { kind: "limit-copy", bytes },
      checks: [{ work, runs: 1, expect: async () => expectElements(work) }],
      quick: op === "tanh" && size === 4096,
    };
  }),
);

function expectElements({ op, size, columns }: ElementwiseWork): Expectation[] {
  const [a, b] = [values(1, size, 8), values(2, op === "add" ? size : columns, 8)];
  return expectOut(size, (i) => formulas[op](a[i]!, b[op === "add" ? i : i % columns]!));
}
