import type { Backend } from "../backend.js";
import type { DType, TensorData } from "../dtype.js";
import { BackendError } from "../errors.js";
import { binary, where } from "./binary.js";
import { type Allocator, type HostBuffer, valuesOf } from "./host-buffer.js";
import { gather, scatterAdd } from "./indexing.js";
import { concat, expand, pad, slice, transpose } from "./layout.js";
import { matmul } from "./matmul.js";
import { argmax, reduce } from "./reduce.js";
import { cast, unary } from "./unary.js";

export interface CpuOptions {
  /** What `f32` tensors calculate in: `"f32"` (the default), or `"f64"` to check gradients with. */
  readonly precision?: "f32" | "f64";
}

/**
 * The reference backend: the readable definition of every kernel, in plain JavaScript. It is made to be understood and
 * compared with, not to be fast.
 *
 * @example
 * await use(cpu());
 */
export function cpu({ precision = "f32" }: CpuOptions = {}): Backend {
  const allocate: Allocator = (size, dtype) => {
    if (dtype === "i32") return new Int32Array(size);
    if (dtype === "bool") return new Uint8Array(size);
    return precision === "f64" ? new Float64Array(size) : new Float32Array(size);
  };
  const alive = new Set<HostBuffer>();
  let bytes = 0;
  const adopt = (values: TensorData, dtype: DType): HostBuffer => {
    const buffer: HostBuffer = { dtype, size: values.length, values };
    alive.add(buffer);
    bytes += values.byteLength;
    return buffer;
  };

  return {
    name: "cpu",
    report: () => ({
      backend: "cpu",
      device: "JavaScript reference",
      precision,
      threads: 1,
      arithmetic: { precision },
      details: {},
      fallbacks: [],
    }),
    memory: () => ({ buffers: alive.size, bytes }),
    upload(values, dtype) {
      const copy = allocate(values.length, dtype);
      copy.set(values);
      return adopt(copy, dtype);
    },
    download: async (buffer) => valuesOf(buffer).slice(),
    downloadSync: (buffer) => valuesOf(buffer).slice(),
    view(buffer) {
      if (alive.has(buffer as HostBuffer)) return valuesOf(buffer);
      throw new BackendError("cpu: a buffer was used after it was freed.");
    },
    free(buffer) {
      if (!alive.delete(buffer as HostBuffer)) throw new BackendError("cpu: a buffer was freed twice.");
      bytes -= valuesOf(buffer).byteLength;
    },
    fill: (size, value, dtype) => adopt(allocate(size, dtype).fill(value), dtype),
    uniform: (size, seed) => adopt(uniform(allocate(size, "f32"), seed), "f32"),
    cast: (x, dtype) => adopt(cast(allocate(x.buffer.size, dtype), x, dtype), dtype),
    unary: (kernel, x) => adopt(unary(kernel, allocate(x.buffer.size, x.dtype), x), x.dtype),
    binary(kernel, a, b, shape) {
      const result = binary(kernel, allocate, a, b, shape);
      return adopt(result.values, result.dtype);
    },
    where: (condition, a, b, shape) => adopt(where(allocate, condition, a, b, shape), a.dtype),
    matmul: (a, b, shape, transposed) => adopt(matmul(allocate, a, b, shape, transposed), "f32"),
    reduce(kernel, x, axes) {
      const dtype = x.dtype === "bool" ? "i32" : x.dtype;
      return adopt(reduce(kernel, allocate, x, axes, dtype), dtype);
    },
    argmax: (x, axis) => adopt(argmax(allocate, x, axis), "i32"),
    expand: (x, shape) => adopt(expand(allocate, x, shape), x.dtype),
    transpose: (x, permutation) => adopt(transpose(allocate, x, permutation), x.dtype),
    slice: (x, starts, shape) => adopt(slice(allocate, x, starts, shape), x.dtype),
    pad: (x, starts, shape, value) => adopt(pad(allocate, x, starts, shape, value), x.dtype),
    concat: (xs, axis, shape) => adopt(concat(allocate, xs, axis, shape), xs[0]!.dtype),
    gather: (x, indices, axis) => adopt(gather(allocate, x, indices, axis), x.dtype),
    scatterAdd: (x, indices, axis, shape) => adopt(scatterAdd(allocate, x, indices, axis, shape), "f32"),
  };
}

/** Numbers in [0, 1) from a counter, by MurmurHash3's finaliser (Appleby 2011). */
function uniform(out: TensorData, seed: number): TensorData {
  for (let i = 0; i < out.length; i++) {
    let hash = (Math.imul(i, 0x9e3779b9) + seed) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    out[i] = ((hash ^ (hash >>> 16)) >>> 8) * 2 ** -24;
  }
  return out;
}
