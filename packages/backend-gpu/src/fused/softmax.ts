import {
  type FusedKernel,
  fuse,
  logSoftmax,
  maskedSoftmax,
  maskFits,
  type Operand,
  rowsOf,
  softmax,
} from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { combine } from "../primitives/elementwise.js";
import { areFilled, isLast, of, release, result, type Toolbox } from "./toolbox.js";

/** Σ exp(x − largest) of each row. */
const sumOfExponentials: Kernel = {
  name: "sum of exponentials",
  parameters: { x: "values", largest: "values", n: "integer" },
  body: `
    const most = largest[this.thread.x];
    let sum = 0.0;
    for (let k = 0; k < n; k++) { sum += Math.exp(x[at(this.thread.x, n, k)] - most); }
    return sum;`,
};

/** Masked scores are −1e30 and weigh exactly 0, also where nothing else is in their row; without a mask, scores may be that low. */
const weightsOf = (masked: boolean): Kernel => ({
  name: `softmax of rows${masked ? ", masked" : ""}`,
  parameters: { x: "values", largest: "values", sum: "values", n: "integer" },
  body: `
    const value = x[this.thread.x];
    ${masked ? "if (value < -9e29) { return 0.0; }" : ""}
    return Math.exp(value - largest[quotient(this.thread.x, n)]) / sum[quotient(this.thread.x, n)];`,
});

const logWeightsOf: Kernel = {
  name: "logSoftmax of rows",
  parameters: { x: "values", largest: "values", sum: "values", n: "integer" },
  body: `
    const row = sum[quotient(this.thread.x, n)];
    return x[this.thread.x] - largest[quotient(this.thread.x, n)] - Math.log(row);`,
};

/** Σ a · b of each row. */
const dotRows: Kernel = {
  name: "dot of rows",
  parameters: { a: "values", b: "values", n: "integer" },
  body: `
    let sum = 0.0;
    for (let k = 0; k < n; k++) { sum += a[at(this.thread.x, n, k)] * b[at(this.thread.x, n, k)]; }
    return sum;`,
};

/** scale · y (g − Σ g y): the cotangent of what went into a softmax. */
const softmaxGradient: Kernel = {
  name: "softmax gradient",
  parameters: { y: "values", g: "values", dot: "values", n: "integer", scale: "number" },
  body: "return scale * y[this.thread.x] * (g[this.thread.x] - dot[quotient(this.thread.x, n)]);",
};

const logSoftmaxGradient: Kernel = {
  name: "logSoftmax gradient",
  parameters: { y: "values", g: "values", sum: "values", n: "integer" },
  body: "return g[this.thread.x] - Math.exp(y[this.thread.x]) * sum[quotient(this.thread.x, n)];",
};

/** The largest value of each row, and Σ exp(x − largest): apart, since their sum would round small differences away. */
export function exponentialsOf(
  { device, folds }: Toolbox,
  x: GpuBuffer,
  rows: number,
  n: number,
): { largest: GpuBuffer; sum: GpuBuffer } {
  const largest = folds.fold("max", x, rows, n, 1);
  return { largest, sum: device.run(sumOfExponentials, rows, [x, largest, n]) };
}

/** softmax along the last axis, of the scores whose mask is true. */
export function weigh(box: Toolbox, scores: Operand, mask: Operand | null): GpuBuffer {
  const { device } = box;
  const { rows, n } = rowsOf(scores);
  const masked = mask
    ? combine(device, "mask", "return mask > 0.5 ? score : -1e30;", scores.shape, { mask, score: scores }, "f32")
    : of(scores);
  const { largest, sum } = exponentialsOf(box, masked, rows, n);
  const weights = device.run(weightsOf(mask !== null), scores.buffer.size, [masked, largest, sum, n]);
  release(box, largest, sum);
  if (mask) release(box, masked);
  return weights;
}

/** The cotangent of the scores, from that of the weights. */
export function weighBack(box: Toolbox, weights: GpuBuffer, g: GpuBuffer, n: number, scale: number): GpuBuffer {
  const dot = box.device.run(dotRows, weights.size / n, [weights, g, n]);
  const out = box.device.run(softmaxGradient, weights.size, [weights, g, dot, n, scale]);
  release(box, dot);
  return out;
}

/** softmax, logSoftmax and maskedSoftmax along the last axis. */
export function softmaxFamily(box: Toolbox): FusedKernel[] {
  const { device, folds } = box;
  const accepts = (x: Operand, axis: number): boolean => areFilled(x) && isLast(x, axis);
  return [
    fuse(softmax, {
      accepts: ([x], { axis }) => accepts(x, axis),
      forward: ([x]) => ({ outputs: [result(weigh(box, x, null), x.shape)] }),
      vjp: ({ outputs: [y], cotangents: [g] }) => [result(weighBack(box, of(y!), of(g!), rowsOf(y!).n, 1), y!.shape)],
    }),

    fuse(maskedSoftmax, {
      accepts: ([x, mask]) => accepts(x, -1) && maskFits(mask, x.shape),
      forward: ([x, mask]) => ({ outputs: [result(weigh(box, x, mask), x.shape)] }),
      vjp: ({ outputs: [y], cotangents: [g] }) => [
        result(weighBack(box, of(y!), of(g!), rowsOf(y!).n, 1), y!.shape),
        null,
      ],
    }),

    fuse(logSoftmax, {
      accepts: ([x], { axis }) => accepts(x, axis),
      forward([x]) {
        const { rows, n } = rowsOf(x);
        const { largest, sum } = exponentialsOf(box, of(x), rows, n);
        const out = device.run(logWeightsOf, x.buffer.size, [of(x), largest, sum, n]);
        release(box, largest, sum);
        return { outputs: [result(out, x.shape)] };
      },
      vjp({ outputs: [y], cotangents: [g] }) {
        const { rows, n } = rowsOf(y!);
        const sum = folds.fold("sum", of(g!), rows, n, 1);
        const out = device.run(logSoftmaxGradient, y!.buffer.size, [of(y!), of(g!), sum, n]);
        release(box, sum);
        return [result(out, y!.shape)];
      },
    }),
  ];
}
