import type { Operand } from "../backend.js";
import type { TensorData } from "../dtype.js";
import { matrixStarts } from "../operand.js";
import { type Shape, sizeOf } from "../shape.js";
import { type Allocator, valuesOf } from "./host-buffer.js";

/** Batched matrix product by dot products of rows of a with columns of b, each summed in f64. */
export function matmul(
  allocate: Allocator,
  a: Operand,
  b: Operand,
  shape: Shape,
  transposed: { readonly a: boolean; readonly b: boolean },
): TensorData {
  const [m, n] = shape.slice(-2) as [number, number];
  const inner = a.shape.at(transposed.a ? -2 : -1)!;
  const out = allocate(sizeOf(shape), "f32");
  const batch = shape.slice(0, -2);
  const [startsA, startsB] = [a, b].map((x) => matrixStarts(x.shape, batch)) as [number[], number[]];
  // Rows of a and columns of b, each contiguous.
  const rows = allocate(m * inner, "f32");
  const columns = allocate(n * inner, "f32");
  for (let index = 0; index < startsA.length; index++) {
    copyMatrix(rows, valuesOf(a.buffer), startsA[index]!, m, inner, transposed.a);
    copyMatrix(columns, valuesOf(b.buffer), startsB[index]!, n, inner, !transposed.b);
    multiply(out, index * m * n, rows, columns, m, n, inner);
  }
  return out;
}

/** Copies a matrix so that each of its `count` rows is contiguous; `transposed` when it is stored by columns. */
function copyMatrix(
  out: TensorData,
  values: TensorData,
  start: number,
  count: number,
  inner: number,
  transposed: boolean,
): void {
  if (!transposed) {
    out.set(values.subarray(start, start + count * inner));
    return;
  }
  for (let k = 0; k < inner; k++) {
    for (let i = 0; i < count; i++) out[i * inner + k] = values[start + k * count + i]!;
  }
}

function multiply(
  out: TensorData,
  start: number,
  rows: TensorData,
  columns: TensorData,
  m: number,
  n: number,
  inner: number,
): void {
  for (let i = 0; i < m; i++) {
    const row = i * inner;
    const target = start + i * n;
    let j = 0;
    // Four columns at once, so that each element of the row is read once for four products.
    for (; j + 4 <= n; j += 4) {
      const [c0, c1, c2, c3] = [j * inner, (j + 1) * inner, (j + 2) * inner, (j + 3) * inner];
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < inner; k++) {
        const x = rows[row + k]!;
        s0 += x * columns[c0 + k]!;
        s1 += x * columns[c1 + k]!;
        s2 += x * columns[c2 + k]!;
        s3 += x * columns[c3 + k]!;
      }
      out[target + j] = s0;
      out[target + j + 1] = s1;
      out[target + j + 2] = s2;
      out[target + j + 3] = s3;
    }
    for (; j < n; j++) {
      const column = j * inner;
      let s = 0;
      for (let k = 0; k < inner; k++) s += rows[row + k]! * columns[column + k]!;
      out[target + j] = s;
    }
  }
}
