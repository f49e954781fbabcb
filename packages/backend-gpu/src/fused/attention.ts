import { additiveScores, attention, type FusedKernel, fuse, type Operand } from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { multiply } from "../primitives/matmul.js";
import { weigh, weighBack } from "./softmax.js";
import { areFilled, maskFits, of, release, result, sameLeading, type Toolbox } from "./toolbox.js";

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
    ...additiveKernels(box),
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

const sizes = { q: "integer", k: "integer", d: "integer" } as const;

/** Rows of `ROW` are (batch, query), columns keys. */
const scoresKernel: Kernel = {
  name: "additiveScores",
  grid: "matrix",
  parameters: { query: "values", keys: "values", v: "values", ...sizes },
  body: `
    const batch = quotient(ROW, q);
    let sum = 0.0;
    for (let c = 0; c < d; c++) {
      sum += v[c] * squash(query[at(ROW, d, c)] + keys[inMatrix(batch, k * d, COLUMN, d, c)]);
    }
    return sum;`,
};

/** v ⊙ Σₖ g (1 − tanh²), a row for each query. */
const queryGradient: Kernel = {
  name: "additiveScores, query",
  grid: "matrix",
  parameters: { query: "values", keys: "values", v: "values", g: "values", ...sizes },
  body: `
    const batch = quotient(ROW, q);
    const own = query[at(ROW, d, COLUMN)];
    let sum = 0.0;
    for (let j = 0; j < k; j++) {
      const t = squash(own + keys[inMatrix(batch, k * d, j, d, COLUMN)]);
      sum += g[at(ROW, k, j)] * (1.0 - t * t);
    }
    return sum * v[COLUMN];`,
};

const keysGradient: Kernel = {
  name: "additiveScores, keys",
  grid: "matrix",
  parameters: { query: "values", keys: "values", v: "values", g: "values", ...sizes },
  body: `
    const batch = quotient(ROW, k);
    const key = remainder(ROW, k);
    const own = keys[at(ROW, d, COLUMN)];
    let sum = 0.0;
    for (let i = 0; i < q; i++) {
      const t = squash(own + query[inMatrix(batch, q * d, i, d, COLUMN)]);
      sum += g[inMatrix(batch, q * k, i, k, key)] * (1.0 - t * t);
    }
    return sum * v[COLUMN];`,
};

/** Σₖ g tanh for each query, to be summed over all queries. */
const vGradient: Kernel = {
  name: "additiveScores, v",
  grid: "matrix",
  parameters: { query: "values", keys: "values", g: "values", ...sizes },
  body: `
    const batch = quotient(ROW, q);
    const own = query[at(ROW, d, COLUMN)];
    let sum = 0.0;
    for (let j = 0; j < k; j++) {
      sum += g[at(ROW, k, j)] * squash(own + keys[inMatrix(batch, k * d, j, d, COLUMN)]);
    }
    return sum;`,
};

function additiveKernels(box: Toolbox): FusedKernel[] {
  const { device, folds } = box;
  const lengths = (query: Operand, keys: Operand): { b: number; q: number; k: number; d: number } => {
    const [b, q, d] = query.shape as [number, number, number];
    return { b, q, k: keys.shape[1]!, d };
  };
  return [
    fuse(additiveScores, {
      accepts: ([query, keys, v]) => areFilled(query, keys, v),
      forward([query, keys, v]) {
        const { b, q, k, d } = lengths(query, keys);
        const out = device.runMatrix(scoresKernel, b * q, k, [of(query), of(keys), of(v), q, k, d]);
        return { outputs: [result(out, [b, q, k])] };
      },
      vjp({ inputs: [query, keys, v], cotangents: [g], needs }) {
        const { b, q, k, d } = lengths(query, keys);
        const all = [of(query), of(keys), of(v), of(g!), q, k, d];
        let dv: GpuBuffer | null = null;
        if (needs[2]) {
          const parts = device.runMatrix(vGradient, b * q, d, [of(query), of(keys), of(g!), q, k, d]);
          dv = folds.fold("sum", parts, 1, b * q, d);
          release(box, parts);
        }
        return [
          needs[0] ? result(device.runMatrix(queryGradient, b * q, d, all), query.shape) : null,
          needs[1] ? result(device.runMatrix(keysGradient, b * k, d, all), keys.shape) : null,
          dv && result(dv, v.shape),
        ];
      },
    }),
  ];
}
