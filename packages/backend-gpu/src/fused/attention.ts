import { attention, type FusedKernel, fuse, maskFits, type Operand } from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { multiply } from "../primitives/matmul.js";
import { weigh, weighBack } from "./softmax.js";
import { areFilled, of, release, result, sameLeading, type Toolbox } from "./toolbox.js";

const plus: Kernel = {
  name: "sum of two",
  parameters: { a: "values", b: "values" },
  body: "return a[this.thread.x] + b[this.thread.x];",
};

/** scaled dot-product attention: S = c·QKᵀ, P = softmax(S), O = PV, and back. */
export function attentionKernels(box: Toolbox): FusedKernel[] {
  const { device } = box;
  return [
    fuse(attention, {
      accepts: ([query, keys, values, mask]) =>
        areFilled(query, keys, values) &&
        sameLeading(query, keys) &&
        sameLeading(query, values) &&
        maskFits(mask, [...query.shape.slice(0, -1), keys.shape.at(-2)!]),
      forward([query, keys, values, mask], { scale }) {
        const { count, q, k, d, e } = sizesOf(query, keys, values);
        const leading = query.shape.slice(0, -2);
        const scores = multiply(device, {
          ...{ a: of(query), b: of(keys), transposed: { a: false, b: true }, count, m: q, n: k, k: d },
          ...{ stepA: q * d, stepB: k * d, scale: scale ?? 1 / Math.sqrt(d) },
        });
        const weights = weigh(box, result(scores, [...leading, q, k]), mask);
        release(box, scores);
        const context = multiply(device, {
          ...{ a: weights, b: of(values), transposed: { a: false, b: false }, count, m: q, n: e, k },
          ...{ stepA: q * k, stepB: k * e },
        });
        return { outputs: [result(context, [...leading, q, e]), result(weights, [...leading, q, k])] };
      },
      vjp({
        inputs: [query, keys, values],
        outputs: [, weights],
        params: { scale },
        cotangents: [g, gWeights],
        needs,
      }) {
        const { count, q, k, d, e } = sizesOf(query, keys, values);
        const p = of(weights!);
        const dValues =
          g && needs[2]
            ? multiply(device, {
                ...{ a: p, b: of(g), transposed: { a: true, b: false }, count, m: k, n: e, k: q },
                ...{ stepA: q * k, stepB: q * e },
              })
            : null;
        let dQuery: GpuBuffer | null = null;
        let dKeys: GpuBuffer | null = null;
        if (needs[0] || needs[1]) {
          const fromContext = g
            ? multiply(device, {
                ...{ a: of(g), b: of(values), transposed: { a: false, b: true }, count, m: q, n: k, k: e },
                ...{ stepA: q * e, stepB: k * e },
              })
            : null;
          const own = gWeights ? of(gWeights) : null;
          const both = fromContext && own ? device.run(plus, p.size, [fromContext, own]) : null;
          const dScores = weighBack(box, p, (both ?? fromContext ?? own)!, k, scale ?? 1 / Math.sqrt(d));
          if (both) release(box, both);
          if (fromContext) release(box, fromContext);
          const step = { count, stepA: q * k };
          if (needs[0]) {
            const product = { a: dScores, b: of(keys), transposed: { a: false, b: false }, m: q, n: d, k };
            dQuery = multiply(device, { ...step, ...product, stepB: k * d });
          }
          if (needs[1]) {
            const product = { a: dScores, b: of(query), transposed: { a: true, b: false }, m: k, n: d, k: q };
            dKeys = multiply(device, { ...step, ...product, stepB: q * d });
          }
          release(box, dScores);
        }
        return [
          dQuery && result(dQuery, query.shape),
          dKeys && result(dKeys, keys.shape),
          dValues && result(dValues, values.shape),
          null,
        ];
      },
    }),
  ];
}

function sizesOf(
  query: Operand,
  keys: Operand,
  values: Operand,
): { count: number; q: number; k: number; d: number; e: number } {
  const [q, d] = query.shape.slice(-2) as [number, number];
  const [k, e] = values.shape.slice(-2) as [number, number];
  return { count: keys.buffer.size / (k * d), q, k, d, e };
}
