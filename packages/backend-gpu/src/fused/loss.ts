import { type FusedKernel, fuse, rowsOf, softmaxCrossEntropy } from "@heed/tensor";
import type { GpuBuffer } from "../buffer.js";
import type { Kernel } from "../kernel.js";
import { assertInside } from "../limits.js";
import { exponentialsOf } from "./softmax.js";
import { areFilled, of, release, result, type Toolbox } from "./toolbox.js";

/** No id is this one. */
const nothingIgnored = -1;

/** (1 − ε)(L − x[target]) + ε(L − mean x) with L = log Σ exp x, of each row that counts. */
const lossRows = (smoothed: boolean): Kernel => ({
  name: `cross-entropy of rows${smoothed ? ", smoothed" : ""}`,
  parameters: {
    ...{ x: "values", largest: "values", sum: "values", targets: "values", n: "integer", ignored: "number" },
    ...(smoothed ? { smoothing: "number" as const } : {}),
  },
  body: `
    const target = targets[this.thread.x];
    if (target == ignored) { return 0.0; }
    const most = largest[this.thread.x];
    const tail = Math.log(sum[this.thread.x]);
    const chosen = most - x[at(this.thread.x, n, target)] + tail;
    ${
      smoothed
        ? `let spread = 0.0;
    for (let k = 0; k < n; k++) { spread += most - x[at(this.thread.x, n, k)]; }
    return (1.0 - smoothing) * chosen + smoothing * (spread / n + tail);`
        : "return chosen;"
    }`,
});

const counts: Kernel = {
  name: "targets that count",
  parameters: { targets: "values", ignored: "number" },
  body: "const target = targets[this.thread.x]; return target == ignored ? 0.0 : 1.0;",
};

const mean: Kernel = {
  name: "sum over count",
  parameters: { sum: "values", count: "values" },
  body: "return sum[this.thread.x] / Math.max(count[this.thread.x], 1.0);",
};

/** g / count · (softmax − (1 − ε) one-hot − ε / v). */
const gradient: Kernel = {
  name: "cross-entropy gradient",
  parameters: {
    ...{ x: "values", largest: "values", sum: "values", targets: "values", count: "values", g: "values", n: "integer" },
    ...{ ignored: "number", smoothing: "number" },
  },
  body: `
    const target = targets[quotient(this.thread.x, n)];
    if (target == ignored) { return 0.0; }
    const column = remainder(this.thread.x, n);
    const total = sum[quotient(this.thread.x, n)];
    let own = Math.exp(x[this.thread.x] - largest[quotient(this.thread.x, n)]) / total - smoothing / n;
    if (column == target) { own -= 1.0 - smoothing; }
    return own * g[0] / Math.max(count[0], 1.0);`,
};

/** softmaxCrossEntropy, whose probabilities are never stored. */
export function lossKernels(box: Toolbox): FusedKernel[] {
  const { device, folds } = box;
  const countOf = (targets: GpuBuffer, ignoreIndex: number | undefined): GpuBuffer => {
    if (ignoreIndex === undefined) return device.fill(1, targets.size, "f32");
    const each = device.run(counts, targets.size, [targets, ignoreIndex]);
    const count = folds.fold("sum", each, 1, targets.size, 1);
    release(box, each);
    return count;
  };
  return [
    fuse(softmaxCrossEntropy, {
      accepts: ([logits]) => areFilled(logits),
      forward([logits, targets], { ignoreIndex, labelSmoothing = 0, reduction = "mean" }) {
        const { rows, n } = rowsOf(logits);
        assertInside("softmaxCrossEntropy", "targets", targets, n, ignoreIndex);
        const { largest, sum: total } = exponentialsOf(box, of(logits), rows, n);
        const smoothing = labelSmoothing > 0 ? [labelSmoothing] : [];
        const args = [of(logits), largest, total, of(targets), n, ignoreIndex ?? nothingIgnored, ...smoothing];
        const each = device.run(lossRows(labelSmoothing > 0), rows, args);
        const sum = folds.fold("sum", each, 1, rows, 1);
        release(box, each);
        const divisor = reduction === "sum" ? device.fill(1, 1, "f32") : countOf(of(targets), ignoreIndex);
        const loss = reduction === "sum" ? sum : device.run(mean, 1, [sum, divisor]);
        if (reduction === "mean") release(box, sum);
        return {
          outputs: [result(loss, [])],
          saved: [result(largest, [rows]), result(total, [rows]), result(divisor, [])],
        };
      },
      vjp({
        inputs: [logits, targets],
        saved: [largest, total, count],
        cotangents: [g],
        params: { ignoreIndex, labelSmoothing = 0 },
      }) {
        const { n } = rowsOf(logits);
        const args = [of(logits), of(largest!), of(total!), of(targets), of(count!), of(g!), n];
        const numbers = [ignoreIndex ?? nothingIgnored, labelSmoothing];
        const out = device.run(gradient, logits.buffer.size, [...args, ...numbers]);
        return [result(out, logits.shape), null];
      },
    }),
  ];
}
