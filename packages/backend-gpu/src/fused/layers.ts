import { dropout, type FusedKernel, fuse, layerNorm, linear, type Operand, rowsOf } from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { combine } from "../primitives/elementwise.js";
import { multiply } from "../primitives/matmul.js";
import { uniform } from "../primitives/uniform.js";
import { areFilled, of, release, result, type Toolbox } from "./toolbox.js";

const meanRows: Kernel = {
  name: "mean of rows",
  parameters: { x: "values", n: "integer" },
  body: `
    let sum = 0.0;
    for (let k = 0; k < n; k++) { sum += x[at(this.thread.x, n, k)]; }
    return sum / n;`,
};

/** 1 / √(variance + ε) of each row. */
const inverseDeviation: Kernel = {
  name: "inverse deviation of rows",
  parameters: { x: "values", mean: "values", n: "integer", epsilon: "number" },
  body: `
    const middle = mean[this.thread.x];
    let sum = 0.0;
    for (let k = 0; k < n; k++) { const c = x[at(this.thread.x, n, k)] - middle; sum += c * c; }
    return 1.0 / Math.sqrt(sum / n + epsilon);`,
};

const normalize = (weight: boolean, bias: boolean): Kernel => ({
  name: `layerNorm${weight ? ", weight" : ""}${bias ? ", bias" : ""}`,
  parameters: {
    ...{ x: "values", mean: "values", inverse: "values" },
    ...(weight ? { weight: "values" as const } : {}),
    ...(bias ? { bias: "values" as const } : {}),
    n: "integer",
  },
  body: `
    const normal = (x[this.thread.x] - mean[quotient(this.thread.x, n)]) * inverse[quotient(this.thread.x, n)];
    return normal${weight ? " * weight[remainder(this.thread.x, n)]" : ""}${bias ? " + bias[remainder(this.thread.x, n)]" : ""};`,
});

/** Σ g w, or Σ g w x̂, of each row, over n. */
const meanGradient = (weight: boolean, times: boolean): Kernel => ({
  name: `layerNorm, mean of the gradient${times ? " by x" : ""}${weight ? ", weight" : ""}`,
  parameters: {
    ...{ g: "values", x: "values", mean: "values", inverse: "values" },
    ...(weight ? { weight: "values" as const } : {}),
    n: "integer",
  },
  body: `
    const middle = mean[this.thread.x];
    const scale = inverse[this.thread.x];
    let sum = 0.0;
    for (let k = 0; k < n; k++) {
      const own = g[at(this.thread.x, n, k)]${weight ? " * weight[k]" : ""};
      ${times ? "sum += own * (x[at(this.thread.x, n, k)] - middle) * scale;" : "sum += own;"}
    }
    return sum / n;`,
});

const inputGradient = (weight: boolean): Kernel => ({
  name: `layerNorm, x${weight ? ", weight" : ""}`,
  parameters: {
    ...{ g: "values", x: "values", mean: "values", inverse: "values", plain: "values", byX: "values" },
    ...(weight ? { weight: "values" as const } : {}),
    n: "integer",
  },
  body: `
    const scale = inverse[quotient(this.thread.x, n)];
    const normal = (x[this.thread.x] - mean[quotient(this.thread.x, n)]) * scale;
    const own = g[this.thread.x]${weight ? " * weight[remainder(this.thread.x, n)]" : ""};
    return scale * (own - plain[quotient(this.thread.x, n)] - normal * byX[quotient(this.thread.x, n)]);`,
});

const weightGradient: Kernel = {
  name: "layerNorm, weight's part",
  parameters: { g: "values", x: "values", mean: "values", inverse: "values", n: "integer" },
  body: `return g[this.thread.x] * (x[this.thread.x] - mean[quotient(this.thread.x, n)]) * inverse[quotient(this.thread.x, n)];`,
};

/** x Wᵀ + b over all rows. */
export function project(box: Toolbox, x: Operand, weight: Operand, bias: Operand | null): GpuBuffer {
  const { rows, n } = rowsOf(x);
  return multiply(box.device, {
    ...{ a: of(x), b: of(weight), transposed: { a: false, b: true }, count: 1, m: rows, n: weight.shape[0]!, k: n },
    ...{ stepA: 0, stepB: 0, bias: bias && of(bias) },
  });
}

/** Cotangents of x, W and b from that of x Wᵀ + b, which has `rows` rows of `outputs`. */
export function projectBack(
  box: Toolbox,
  g: GpuBuffer,
  x: Operand,
  weight: Operand,
  bias: Operand | null,
  needs: readonly (boolean | undefined)[],
): readonly [Operand | null, Operand | null, Operand | null] {
  const { device, folds } = box;
  const { rows, n } = rowsOf(x);
  const outputs = weight.shape[0]!;
  const one = { count: 1, stepA: 0, stepB: 0 };
  const dx = needs[0]
    ? multiply(device, {
        ...one,
        ...{ a: g, b: of(weight), transposed: { a: false, b: false }, m: rows, n, k: outputs },
      })
    : null;
  const dWeight = needs[1]
    ? multiply(device, { ...one, ...{ a: g, b: of(x), transposed: { a: true, b: false }, m: outputs, n, k: rows } })
    : null;
  const dBias = bias && needs[2] ? folds.fold("sum", g, 1, rows, outputs) : null;
  return [dx && result(dx, x.shape), dWeight && result(dWeight, weight.shape), dBias && result(dBias, bias!.shape)];
}

/** linear, layerNorm and dropout. */
export function layers(box: Toolbox): FusedKernel[] {
  const { device, folds } = box;
  const random = uniform(device);
  const drop = (x: Operand, probability: number, seed: number): Operand => {
    const draws = random(x.buffer.size, seed);
    const scale: Operand = result(device.fill(1, 1 / (1 - probability), "f32"), []);
    const limit: Operand = result(device.fill(1, probability, "f32"), []);
    const operands = { x, draw: result(draws, x.shape), scale, limit };
    const out = combine(device, "dropout", "return draw >= limit ? x * scale : 0.0;", x.shape, operands, "f32");
    release(box, draws, of(scale), of(limit));
    return result(out, x.shape);
  };
  return [
    fuse(linear, {
      accepts: ([x, weight, bias]) => areFilled(x, weight, bias),
      forward: ([x, weight, bias]) => ({
        outputs: [result(project(box, x, weight, bias), [...x.shape.slice(0, -1), weight.shape[0]!])],
      }),
      vjp: ({ inputs: [x, weight, bias], cotangents: [g], needs }) => projectBack(box, of(g!), x, weight, bias, needs),
    }),

    fuse(layerNorm, {
      accepts: ([x, weight, bias]) => areFilled(x, weight, bias),
      forward([x, weight, bias], { epsilon = 1e-5 }) {
        const { rows, n } = rowsOf(x);
        const mean = device.run(meanRows, rows, [of(x), n]);
        const inverse = device.run(inverseDeviation, rows, [of(x), mean, n, epsilon]);
        const args = [of(x), mean, inverse, ...(weight ? [of(weight)] : []), ...(bias ? [of(bias)] : []), n];
        const out = device.run(normalize(weight !== null, bias !== null), x.buffer.size, args);
        return { outputs: [result(out, x.shape)], saved: [result(mean, [rows]), result(inverse, [rows])] };
      },
      vjp({ inputs: [x, weight, bias], saved: [mean, inverse], cotangents: [g], needs }) {
        const { rows, n } = rowsOf(x);
        const common = [of(g!), of(x), of(mean!), of(inverse!)];
        const scaled = [...(weight ? [of(weight)] : []), n];
        let dx: GpuBuffer | null = null;
        if (needs[0]) {
          const hasWeight = weight !== null;
          const plain = device.run(meanGradient(hasWeight, false), rows, [...common, ...scaled]);
          const byX = device.run(meanGradient(hasWeight, true), rows, [...common, ...scaled]);
          dx = device.run(inputGradient(hasWeight), x.buffer.size, [...common, plain, byX, ...scaled]);
          release(box, plain, byX);
        }
        let dWeight: GpuBuffer | null = null;
        if (weight && needs[1]) {
          const parts = device.run(weightGradient, x.buffer.size, [...common, n]);
          dWeight = folds.fold("sum", parts, 1, rows, n);
          release(box, parts);
        }
        const dBias = bias && needs[2] ? folds.fold("sum", of(g!), 1, rows, n) : null;
        return [dx && result(dx, x.shape), dWeight && result(dWeight, [n]), dBias && result(dBias, [n])];
      },
    }),

    fuse(dropout, {
      accepts: ([x], { probability }) => areFilled(x) && probability > 0,
      forward: ([x], { probability, seed }) => ({ outputs: [drop(x, probability, seed >>> 0)] }),
      vjp: ({ cotangents: [g], params: { probability, seed } }) => [drop(g!, probability, seed >>> 0)],
    }),
  ];
}
