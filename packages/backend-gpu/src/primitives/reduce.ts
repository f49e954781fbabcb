import { type DType, type Primitives, type ReduceKernel, sizeOf } from "@heed/tensor";
import { bufferOf, type GpuBuffer } from "../buffer.js";
import type { Device } from "../device.js";
import { type Kernel, kernelNamed } from "../kernel.js";

/** How much one thread folds before the next one takes over: more threads, and sums that round less. */
const chunk = 128;

const folds: Readonly<Record<ReduceKernel, { start: number; fold: string }>> = {
  sum: { start: 0, fold: "total += a;" },
  max: { start: Number.NEGATIVE_INFINITY, fold: "total = Math.max(total, a);" },
  min: { start: Number.POSITIVE_INFINITY, fold: "total = Math.min(total, a);" },
};

/** Folds the middle axis of `[outer, length, inner]`, in pieces: `[outer, pieces, inner]`. */
function foldKernel(kernel: ReduceKernel): Kernel {
  const block = "quotient(this.thread.x, inner)";
  const at = (k: string): string =>
    `at(at(quotient(${block}, pieces), length, remainder(${block}, pieces) * piece + ${k}), inner, remainder(this.thread.x, inner))`;
  return kernelNamed(kernel, () => ({
    parameters: { values: "values", length: "integer", inner: "integer", pieces: "integer", piece: "integer" },
    body: `
      let total = values[${at("0")}];
      const left = length - remainder(${block}, pieces) * piece;
      for (let k = 1; k < piece; k++) {
        if (k < left) { const a = values[${at("k")}]; ${folds[kernel].fold} }
      }
      return total;`,
  }));
}

const argmaxKernel: Kernel = {
  name: "argmax",
  parameters: { values: "values", length: "integer", inner: "integer" },
  body: `
    let best = values[at(at(quotient(this.thread.x, inner), length, 0), inner, remainder(this.thread.x, inner))];
    let index = 0.0;
    for (let k = 1; k < length; k++) {
      const a = values[at(at(quotient(this.thread.x, inner), length, k), inner, remainder(this.thread.x, inner))];
      if (a > best) { best = a; index = k; }
    }
    return index;`,
};

export interface Reductions extends Pick<Primitives, "reduce" | "argmax"> {
  /** Folds the middle axis of `[outer, length, inner]` away. */
  fold(kernel: ReduceKernel, buffer: GpuBuffer, outer: number, length: number, inner: number, dtype?: DType): GpuBuffer;
}

export function reductions(device: Device, transpose: Primitives["transpose"]): Reductions {
  const fold: Reductions["fold"] = (kernel, buffer, outer, length, inner, dtype = "f32") => {
    const size = outer * inner;
    if (length === 0) return device.fill(size, folds[kernel].start, dtype);
    const single = foldKernel(kernel);
    let current = buffer;
    let remaining = length;
    for (;;) {
      const piece = remaining <= 2 * chunk ? remaining : chunk;
      const pieces = Math.ceil(remaining / piece);
      const next = device.run(single, size * pieces, [current, remaining, inner, pieces, piece], dtype);
      if (current !== buffer) device.free(current);
      if (pieces === 1) return next;
      current = next;
      remaining = pieces;
    }
  };

  return {
    fold,

    reduce(kernel, x, axes) {
      const dtype = x.dtype === "bool" ? "i32" : x.dtype;
      if (axes.length === 0) return fold(kernel, bufferOf(x.buffer), x.buffer.size, 1, 1, dtype);
      const first = axes[0]!;
      const last = axes.at(-1)!;
      // Axes of size 1 between the folded ones do not part them.
      const between = x.shape.slice(first, last + 1).every((length, i) => length === 1 || axes.includes(first + i));
      if (between) {
        const [outer, length, inner] = [
          x.shape.slice(0, first),
          x.shape.slice(first, last + 1),
          x.shape.slice(last + 1),
        ];
        return fold(kernel, bufferOf(x.buffer), sizeOf(outer), sizeOf(length), sizeOf(inner), dtype);
      }
      const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
      const ordered = bufferOf(transpose(x, [...kept, ...axes]));
      const size = (which: readonly number[]): number => sizeOf(which.map((axis) => x.shape[axis]!));
      const out = fold(kernel, ordered, size(kept), size(axes), 1, dtype);
      device.free(ordered);
      return out;
    },

    argmax(x, axis) {
      const inner = sizeOf(x.shape.slice(axis + 1));
      const size = sizeOf(x.shape.toSpliced(axis, 1));
      return device.run(argmaxKernel, size, [bufferOf(x.buffer), x.shape[axis]!, inner], "i32");
    },
  };
}
