import { matrixStarts, type Primitives, type Shape } from "@heed/tensor";
import type { Engine, WasmBuffer } from "../engine.js";
import type { Gemm } from "../gemm.js";
import { pointerOf } from "./elementwise.js";

/** The batched matrix product, as one product where one of the operands is shared by the whole batch. */
export function matmul(engine: Engine, gemm: Gemm): Primitives["matmul"] {
  return (a, b, shape, transposed) => {
    if (a.shape.length === 2 && b.shape.length === 2) {
      const [m, n] = shape as [number, number];
      const out = engine.buffer(m * n, "f32");
      const k = a.shape[transposed.a ? 0 : 1]!;
      const right = b.buffer as WasmBuffer;
      const [transA, transB] = [transposed.a, transposed.b];
      if (m * n > 0) gemm.multiply({ m, n, k, a: pointerOf(a), transA, b: right, transB, c: out.pointer });
      return out;
    }
    const [m, n] = shape.slice(-2) as [number, number];
    const k = a.shape.at(transposed.a ? -2 : -1)!;
    const batch = shape.slice(0, -2);
    const count = batch.reduce((product, length) => product * length, 1);
    const out = engine.buffer(count * m * n, "f32");
    if (out.size === 0) return out;
    const single = b.buffer.size === k * n;
    if (count === 1 || (single && !transposed.a && a.buffer.size === count * m * k)) {
      const right = b.buffer as WasmBuffer;
      gemm.multiply({
        m: count * m,
        n,
        k,
        a: pointerOf(a),
        transA: transposed.a,
        b: right,
        transB: transposed.b,
        c: out.pointer,
      });
      return out;
    }
    const stepsA = evenStep(a.shape, batch, m * k);
    const stepsB = evenStep(b.shape, batch, k * n);
    const matrices = { m, n, k, transA: transposed.a, transB: transposed.b };
    if (stepsA !== null && stepsB !== null) {
      gemm.multiplyBatch({
        ...matrices,
        count,
        a: pointerOf(a),
        stepA: stepsA,
        b: pointerOf(b),
        stepB: stepsB,
        c: out.pointer,
      });
      return out;
    }
    const startsA = matrixStarts(a.shape, batch);
    const startsB = matrixStarts(b.shape, batch);
    for (let index = 0; index < count; index++) {
      const [from, by] = [pointerOf(a) + 4 * startsA[index]!, pointerOf(b) + 4 * startsB[index]!];
      const to = out.pointer + 4 * index * m * n;
      gemm.multiplyBatch({ ...matrices, count: 1, a: from, stepA: 0, b: by, stepB: 0, c: to });
    }
    return out;
  };
}

/** The distance from one matrix of the batch to the next, if it is always the same; in elements. */
function evenStep(shape: Shape, batch: Shape, size: number): number | null {
  const count = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  if (count === 1) return 0;
  return count === batch.reduce((product, length) => product * length, 1) ? size : null;
}
