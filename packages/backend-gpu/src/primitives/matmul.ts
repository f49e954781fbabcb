import { type Operand, type Primitives, type Shape, sizeOf } from "@heed/tensor";
import { bufferOf, type GpuBuffer } from "../buffer.js";
import type { Device } from "../device.js";
import { type Kernel, kernelNamed } from "../kernel.js";
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

/** What a product kernel is made for. */
interface ProductVariant {
  readonly transposedA: boolean;
  readonly transposedB: boolean;
  readonly bias: boolean;
  readonly scaled: boolean;
  /** More than one matrix. */
  readonly batched: boolean;
  /** Results of one thread, side by side: it reads an element of a once for all of them. */
  readonly results: 1 | 4;
}

/** Rows of a by columns of b, each read by places of its own where it is stored transposed. */
function productKernel(variant: ProductVariant): Kernel {
  const { transposedA, transposedB, bias, scaled, batched, results } = variant;
  const marks = [bias && "bias", scaled && "scaled", batched && "batched", results > 1 && `${results} a thread`];
  const name = [`matmul ${transposedA ? "t" : "n"}${transposedB ? "t" : "n"}`, ...marks.filter(Boolean)].join(", ");
  return kernelNamed(name, () => productText(variant));
}

function productText(variant: ProductVariant): Omit<Kernel, "name"> {
  const { transposedA, transposedB, bias, scaled, batched, results } = variant;
  const row = batched ? "row" : "ROW";
  const place = (step: string, ...[major, width, minor]: readonly [string, string, string]): string =>
    batched ? `inMatrix(matrix, ${step}, ${major}, ${width}, ${minor})` : `${major} * ${width} + ${minor}`;
  const readA = transposedA ? place("stepA", "k", "m", row) : place("stepA", row, "inner", "k");
  const columns = results === 1 ? ["COLUMN"] : [0, 1, 2, 3].map((i) => `(COLUMN * 4 + ${i})`);
  const readB = (column: string): string =>
    transposedB ? place("stepB", column, "inner", "k") : place("stepB", "k", "n", column);
  const ends = columns.map((column, i) => `sum${i}${scaled ? " * scale" : ""}${bias ? ` + bias[${column}]` : ""}`);
  return {
    grid: "matrix",
    results,
    parameters: {
      a: "values",
      b: "values",
      ...(bias ? { bias: "values" as const } : {}),
      m: "integer",
      n: "integer",
      inner: "integer",
      ...(batched ? { stepA: "integer" as const, stepB: "integer" as const } : {}),
      ...(scaled ? { scale: "number" as const } : {}),
    },
    body: `
      ${batched ? "const matrix = quotient(ROW, m); const row = remainder(ROW, m);" : ""}
      ${columns.map((_, i) => `let sum${i} = 0.0;`).join(" ")}
      for (let k = 0; k < inner; k++) {
        const left = a[${readA}];
        ${columns.map((column, i) => `sum${i} += left * b[${readB(column)}];`).join(" ")}
      }
      return ${results === 1 ? ends[0] : `[${ends.join(", ")}]`};`,
  };
}

/** Multiplies matrices that lie one behind the other. */
export function multiply(device: Device, product: Product): GpuBuffer {
  const { a, b, transposed, count, m, n, k, stepA, stepB, bias, scale } = product;
  assertAxes("matmul", [count, m, n, k]);
  const batched = count > 1;
  const kernel = productKernel({
    transposedA: transposed.a,
    transposedB: transposed.b,
    bias: Boolean(bias),
    scaled: scale !== undefined,
    batched,
    results: device.severalResults && n % 4 === 0 ? 4 : 1,
  });
  const steps = batched ? [stepA, stepB] : [];
  const args = [a, b, ...(bias ? [bias] : []), m, n, k, ...steps, ...(scale === undefined ? [] : [scale])];
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
