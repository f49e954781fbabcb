import { type Operand, type Primitives, type Shape, sizeOf } from "@heed/tensor";
import { bufferOf, type GpuBuffer } from "../buffer.js";
import type { Device } from "../device.js";
import type { Kernel } from "../kernel.js";
import { assertAxes } from "../limits.js";

/** A batch of matrix products; sizes of the result are `[count, m, n]`. */
export interface Product {
  readonly a: GpuBuffer;
  readonly b: GpuBuffer;
  readonly transposed: { readonly a: boolean; readonly b: boolean };
  readonly count: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Elements from one matrix to the next; 0 where all share one. */
  readonly stepA: number;
  readonly stepB: number;
  /** Added to each row. */
  readonly bias?: GpuBuffer | null;
  /** The whole product is multiplied by it. */
  readonly scale?: number;
}

/** One thread an element: rows of a by columns of b, each a variant where it is stored transposed. */
function productKernel(transposedA: boolean, transposedB: boolean, bias: boolean, scaled: boolean): Kernel {
  const readA = transposedA ? "inMatrix(matrix, stepA, k, m, row)" : "inMatrix(matrix, stepA, row, inner, k)";
  const readB = transposedB ? "inMatrix(matrix, stepB, COLUMN, inner, k)" : "inMatrix(matrix, stepB, k, n, COLUMN)";
  return {
    name: `matmul ${transposedA ? "t" : "n"}${transposedB ? "t" : "n"}${bias ? ", bias" : ""}${scaled ? ", scaled" : ""}`,
    grid: "matrix",
    parameters: {
      a: "values",
      b: "values",
      ...(bias ? { bias: "values" as const } : {}),
      m: "integer",
      n: "integer",
      inner: "integer",
      stepA: "integer",
      stepB: "integer",
      ...(scaled ? { scale: "number" as const } : {}),
    },
    body: `
      const matrix = quotient(ROW, m);
      const row = remainder(ROW, m);
      let sum = 0.0;
      for (let k = 0; k < inner; k++) { sum += a[${readA}] * b[${readB}]; }
      return sum${scaled ? " * scale" : ""}${bias ? " + bias[COLUMN]" : ""};`,
  };
}

/** Multiplies matrices that lie one behind the other. */
export function multiply(device: Device, product: Product): GpuBuffer {
  const { a, b, transposed, count, m, n, k, stepA, stepB, bias, scale } = product;
  assertAxes("matmul", [count, m, n, k]);
  const kernel = productKernel(transposed.a, transposed.b, Boolean(bias), scale !== undefined);
  const args = [a, b, ...(bias ? [bias] : []), m, n, k, stepA, stepB, ...(scale === undefined ? [] : [scale])];
  return device.runMatrix(kernel, count * m, n, args);
}

export function matmul(device: Device, expand: Primitives["expand"]): Primitives["matmul"] {
  return (a, b, shape, transposed) => {
    const [m, n] = shape.slice(-2) as [number, number];
    const batch = shape.slice(0, -2);
    const k = a.shape.at(transposed.a ? -2 : -1)!;
    const count = sizeOf(batch);
    const made: GpuBuffer[] = [];
    /** The operand with one matrix for all, or one for each. */
    const arranged = (x: Operand): { buffer: GpuBuffer; step: number } => {
      const matrix: Shape = x.shape.slice(-2);
      const own = sizeOf(x.shape.slice(0, -2));
      if (own === 1) return { buffer: bufferOf(x.buffer), step: 0 };
      if (own === count) return { buffer: bufferOf(x.buffer), step: sizeOf(matrix) };
      const buffer = bufferOf(expand(x, [...batch, ...matrix]));
      made.push(buffer);
      return { buffer, step: sizeOf(matrix) };
    };
    const [left, right] = [arranged(a), arranged(b)];
    // Many matrices by one: all rows at once.
    const flat = right.step === 0 && !transposed.a && (left.step > 0 || count === 1);
    const out = multiply(device, {
      a: left.buffer,
      b: right.buffer,
      transposed,
      count: flat ? 1 : count,
      m: flat ? count * m : m,
      n,
      k,
      stepA: flat ? 0 : left.step,
      stepB: right.step,
    });
    for (const buffer of made) device.free(buffer);
    return out;
  };
}
