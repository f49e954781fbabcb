import {
  attention,
  type FusedKernel,
  fuse,
  logSoftmax,
  logSumExp,
  maskedSoftmax,
  maskFits,
  type Operand,
  rowsOf,
  softmax,
} from "@heed/tensor";
import type { WasmBuffer } from "../engine.js";
import { maskArguments } from "./mask.js";
import { addressOf, bufferOf, make, rowGrain, type Toolbox } from "./toolbox.js";

/** softmax, logSoftmax, logSumExp and maskedSoftmax along the last axis, and attention as a whole. */
export function softmaxFamily(box: Toolbox): FusedKernel[] {
  const { engine, gemm } = box;
  const plain = engine.kernel("softmax");
  const masked = engine.kernel("maskedSoftmax");
  const gradient = engine.kernel("softmaxGradient");
  const maskedGradient = engine.kernel("maskedSoftmaxGradient");
  const log = engine.kernel("logSoftmax");
  const logSum = engine.kernel("logSumExp");
  const logGradient = engine.kernel("logSoftmaxGradient");

  const isLast = (x: Operand, axis: number): boolean =>
    x.dtype === "f32" && x.buffer.size > 0 && (axis === -1 || axis === x.shape.length - 1);

  /** out = softmax(scale · x) where the mask is true; out may be x itself. */
  const weigh = (x: Operand, out: WasmBuffer, scale: number, mask: Operand | null): void => {
    const { rows, n } = rowsOf(x);
    if (rows === 0) return;
    if (!mask) {
      engine.run(plain, rows, rowGrain(n), 0, [addressOf(x), out.pointer, n, scale]);
      return;
    }
    const args = [addressOf(x), out.pointer, n, scale, ...maskArguments(engine, mask, x)];
    engine.run(masked, rows, rowGrain(n), 0, args);
  };

  const differentiate = (y: Operand, g: Operand, out: WasmBuffer, scale: number, mask: Operand | null): void => {
    const { rows, n } = rowsOf(y);
    const args = [addressOf(y), addressOf(g), out.pointer, n, scale];
    if (!mask) engine.run(gradient, rows, rowGrain(n), 0, args);
    else engine.run(maskedGradient, rows, rowGrain(n), 0, [...args, ...maskArguments(engine, mask, y)]);
  };

  return [
    fuse(softmax, {
      accepts: ([x], { axis }) => isLast(x, axis),
      forward([x]) {
        const out = make(box, x.shape);
        weigh(x, out.buffer, 1, null);
        return { outputs: [out] };
      },
      vjp({ outputs: [y], cotangents: [g] }) {
        const out = make(box, y!.shape);
        differentiate(y!, g!, out.buffer, 1, null);
        return [out];
      },
    }),

    fuse(maskedSoftmax, {
      accepts: ([x, mask]) => isLast(x, -1) && maskFits(mask, x.shape),
      forward([x, mask]) {
        const out = make(box, x.shape);
        weigh(x, out.buffer, 1, mask);
        return { outputs: [out] };
      },
      vjp({ inputs: [, mask], outputs: [y], cotangents: [g] }) {
        const out = make(box, y!.shape);
        differentiate(y!, g!, out.buffer, 1, mask);
        return [out, null];
      },
    }),

    fuse(logSoftmax, {
      accepts: ([x], { axis }) => isLast(x, axis),
      forward([x]) {
        const out = make(box, x.shape);
        const { rows, n } = rowsOf(x);
        engine.run(log, rows, rowGrain(n), 0, [addressOf(x), out.buffer.pointer, n]);
        return { outputs: [out] };
      },
      vjp({ outputs: [y], cotangents: [g] }) {
        const out = make(box, y!.shape);
        const { rows, n } = rowsOf(y!);
        engine.run(logGradient, rows, rowGrain(n), 0, [addressOf(y!), addressOf(g!), out.buffer.pointer, n]);
        return [out];
      },
    }),

    fuse(logSumExp, {
      accepts: ([x], { axis }) => typeof axis === "number" && isLast(x, axis),
      forward([x], { keepDims = false }) {
        const { rows, n } = rowsOf(x);
        const out = make(box, [...x.shape.slice(0, -1), ...(keepDims ? [1] : [])]);
        engine.run(logSum, rows, rowGrain(n), 0, [addressOf(x), out.buffer.pointer, n]);
        return { outputs: [out] };
      },
    }),

    fuse(attention, {
      accepts: ([query, keys, values, mask]) =>
        query.dtype === "f32" &&
        sameLeading(query, keys) &&
        sameLeading(query, values) &&
        query.buffer.size * keys.buffer.size * values.buffer.size > 0 &&
        maskFits(mask, [...query.shape.slice(0, -1), keys.shape.at(-2)!]),
      forward([query, keys, values, mask], { scale }) {
        const { count, q, k, d, e } = sizes(query, keys, values);
        const leading = query.shape.slice(0, -2);
        const weights = make(box, [...leading, q, k]);
        const [stepA, stepB] = [q * d, k * d];
        const scores = { count, m: q, n: k, k: d, stepA, stepB, transA: false, transB: true };
        gemm.multiplyBatch({ ...scores, a: addressOf(query), b: addressOf(keys), c: weights.buffer.pointer });
        weigh(weights, weights.buffer, scale ?? 1 / Math.sqrt(d), mask);
        const context = make(box, [...leading, q, e]);
        const mix = { count, m: q, n: e, k, stepA: q * k, stepB: k * e, transA: false, transB: false };
        gemm.multiplyBatch({ ...mix, a: weights.buffer.pointer, b: addressOf(values), c: context.buffer.pointer });
        return { outputs: [context, weights] };
      },
      vjp({
        inputs: [query, keys, values, mask],
        outputs: [, weights],
        params: { scale },
        cotangents: [g, gWeights],
        needs,
      }) {
        const { count, q, k, d, e } = sizes(query, keys, values);
        const a = addressOf(weights);
        let dValues: Operand | null = null;
        if (g && needs[2]) {
          dValues = make(box, values.shape);
          const mix = { count, m: k, n: e, k: q, stepA: q * k, stepB: q * e, transA: true, transB: false };
          gemm.multiplyBatch({ ...mix, a, b: addressOf(g), c: addressOf(dValues) });
        }
        let dQuery: Operand | null = null;
        let dKeys: Operand | null = null;
        if (needs[0] || needs[1]) {
          // d(loss)/d(weights), then through the softmax, in place.
          const dScores = make(box, weights!.shape);
          const c = dScores.buffer.pointer;
          if (gWeights) engine.copyWithin(addressOf(gWeights), c, dScores.buffer.bytes);
          if (g) {
            const back = { count, m: q, n: k, k: e, stepA: q * e, stepB: k * e, transA: false, transB: true };
            gemm.multiplyBatch({ ...back, a: addressOf(g), b: addressOf(values), c, accumulate: gWeights != null });
          }
          differentiate(weights!, dScores, dScores.buffer, scale ?? 1 / Math.sqrt(d), mask);
          if (needs[0]) {
            dQuery = make(box, query.shape);
            const product = { count, m: q, n: d, k, stepA: q * k, stepB: k * d, transA: false, transB: false };
            gemm.multiplyBatch({ ...product, a: c, b: addressOf(keys), c: addressOf(dQuery) });
          }
          if (needs[1]) {
            dKeys = make(box, keys.shape);
            const product = { count, m: k, n: d, k: q, stepA: q * k, stepB: q * d, transA: true, transB: false };
            gemm.multiplyBatch({ ...product, a: c, b: addressOf(query), c: addressOf(dKeys) });
          }
          engine.free(bufferOf(dScores));
        }
        return [dQuery, dKeys, dValues, null];
      },
    }),
  ];
}

function sizes(
  query: Operand,
  keys: Operand,
  values: Operand,
): { count: number; q: number; k: number; d: number; e: number } {
  const [q, d] = query.shape.slice(-2) as [number, number];
  const [k, e] = values.shape.slice(-2) as [number, number];
  return { count: keys.buffer.size / (k * d), q, k, d, e };
}

function sameLeading(a: Operand, b: Operand): boolean {
  return a.shape.length === b.shape.length && a.shape.slice(0, -2).every((length, axis) => length === b.shape[axis]);
}
