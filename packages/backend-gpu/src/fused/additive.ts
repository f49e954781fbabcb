import { additiveScores, type FusedKernel, fuse, type Operand } from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { areFilled, of, result, type Toolbox } from "./toolbox.js";

const sizes = { q: "integer", k: "integer", d: "integer" } as const;

/** Rows of `ROW` are (batch, query), columns keys. */
export const scoresKernel: Kernel = {
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
export const queryGradient: Kernel = {
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

export const keysGradient: Kernel = {
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

/** d(loss)/d(v), from that of all scores `[b, q, k]`. */
export function backToV(
  { device, folds }: Toolbox,
  query: GpuBuffer,
  keys: GpuBuffer,
  g: GpuBuffer,
  { b, q, k, d }: { readonly b: number; readonly q: number; readonly k: number; readonly d: number },
): GpuBuffer {
  const parts = device.runMatrix(vGradient, b * q, d, [query, keys, g, q, k, d]);
  const dv = folds.fold("sum", parts, 1, b * q, d);
  device.free(parts);
  return dv;
}

/** vᵀ tanh(query + keys), and back. */
export function additiveKernels(box: Toolbox): FusedKernel[] {
  const { device } = box;
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
        const dv = needs[2] ? backToV(box, of(query), of(keys), of(g!), { b, q, k, d }) : null;
        return [
          needs[0] ? result(device.runMatrix(queryGradient, b * q, d, all), query.shape) : null,
          needs[1] ? result(device.runMatrix(keysGradient, b * k, d, all), keys.shape) : null,
          dv && result(dv, v.shape),
        ];
      },
    }),
  ];
}
