import {
  DTypeError,
  dropout,
  embedding,
  type FusedKernel,
  fuse,
  layerNorm,
  linear,
  type Operand,
  rowsOf,
} from "@heed/tensor";
import { indexChecker } from "../primitives/indexing.js";
import { addressOf, bufferOf, columnSums, grain, make, makeZeros, rowGrain, type Toolbox } from "./toolbox.js";

/** linear, layerNorm, embedding and dropout. */
export function layers(box: Toolbox): FusedKernel[] {
  return [...linearLayers(box), ...pointwiseLayers(box)];
}

function linearLayers(box: Toolbox): FusedKernel[] {
  const { engine, gemm } = box;
  const lookUp = engine.kernel("embedding");
  const scatter = engine.kernel("embeddingGradient");
  const checkIndices = indexChecker(engine);
  return [
    fuse(linear, {
      accepts: ([x]) => x.dtype === "f32" && x.buffer.size > 0,
      forward([x, weight, bias]) {
        const [n, k] = weight.shape as [number, number];
        const m = x.buffer.size / k;
        const out = make(box, [...x.shape.slice(0, -1), n]);
        const right = { b: bufferOf(weight), transB: true };
        gemm.multiply({
          m,
          n,
          k,
          a: addressOf(x),
          transA: false,
          ...right,
          c: out.buffer.pointer,
          bias: addressOf(bias),
        });
        return { outputs: [out] };
      },
      vjp({ inputs: [x, weight, bias], cotangents: [g], needs }) {
        const [n, k] = weight.shape as [number, number];
        const m = x.buffer.size / k;
        const from = addressOf(g);
        let dx: Operand | null = null;
        if (needs[0]) {
          dx = make(box, x.shape);
          const product = { m, n: k, k: n, a: from, transA: false, b: bufferOf(weight), transB: false };
          gemm.multiply({ ...product, c: addressOf(dx) });
        }
        let dWeight: Operand | null = null;
        if (needs[1]) {
          dWeight = make(box, weight.shape);
          const product = { m: n, n: k, k: m, a: from, transA: true, transB: false, c: addressOf(dWeight) };
          gemm.multiplyAt(product, addressOf(x), 0);
        }
        return [dx, dWeight, bias && needs[2] ? columnSums(box, bufferOf(g!), n) : null];
      },
    }),

    fuse(embedding, {
      accepts: ([table]) => table.dtype === "f32",
      forward([table, ids]) {
        const [length, width] = table.shape as [number, number];
        if (ids.dtype !== "i32") {
          throw new DTypeError(`embedding: ids is ${ids.dtype}, but must be i32; use cast() to convert.`);
        }
        checkIndices("embedding", "ids", ids, length);
        const out = make(box, [...ids.shape, width]);
        const args = [addressOf(table), addressOf(ids), out.buffer.pointer, width];
        engine.run(lookUp, ids.buffer.size, 8 * rowGrain(width), 0, args);
        return { outputs: [out] };
      },
      vjp({ inputs: [table, ids], cotangents: [g], params: { paddingIndex = -1 } }) {
        const width = table.shape[1]!;
        const out = makeZeros(box, table.shape);
        const args = [addressOf(g), addressOf(ids), out.buffer.pointer, ids.buffer.size, width, paddingIndex];
        // Columns are shared out, so that each sum has one owner and one order.
        engine.run(scatter, width, Math.max(16, Math.ceil((8 * grain) / (ids.buffer.size + 1))), 0, args);
        return [out, null];
      },
    }),
  ];
}

function pointwiseLayers(box: Toolbox): FusedKernel[] {
  const { engine } = box;
  const normalize = engine.kernel("layerNorm");
  const gradient = engine.kernel("layerNormGradient");
  const weightGradient = engine.kernel("layerNormWeightGradient");
  const drop = engine.kernel("dropout");
  const applyDropout = (x: Operand, probability: number, seed: number): Operand => {
    const out = make(box, x.shape);
    const args = [addressOf(x), out.buffer.pointer, probability, 1 / (1 - probability), seed | 0];
    if (x.buffer.size > 0) engine.run(drop, x.buffer.size, grain, 0, args);
    return out;
  };
  return [
    fuse(layerNorm, {
      accepts: ([x]) => x.dtype === "f32" && x.buffer.size > 0,
      forward([x, weight, bias], { epsilon = 1e-5 }) {
        const { rows, n } = rowsOf(x);
        const out = make(box, x.shape);
        const moments = make(box, [rows, 2]);
        const from = [addressOf(x), addressOf(weight), addressOf(bias)];
        const args = [...from, out.buffer.pointer, moments.buffer.pointer, n, epsilon];
        engine.run(normalize, rows, rowGrain(n), 0, args);
        return { outputs: [out], saved: [moments] };
      },
      vjp({ inputs: [x, weight, bias], saved: [moments], cotangents: [g], needs }) {
        const { rows, n } = rowsOf(x);
        let dx: Operand | null = null;
        if (needs[0]) {
          dx = make(box, x.shape);
          const args = [addressOf(x), addressOf(weight), addressOf(moments), addressOf(g), addressOf(dx), n];
          engine.run(gradient, rows, rowGrain(n), 0, args);
        }
        let dWeight: Operand | null = null;
        if (weight && needs[1]) {
          dWeight = make(box, [n]);
          const args = [addressOf(x), addressOf(moments), addressOf(g), addressOf(dWeight), rows, n];
          engine.run(weightGradient, n, Math.max(16, Math.ceil((2 * grain) / rows)), 0, args);
        }
        return [dx, dWeight, bias && needs[2] ? columnSums(box, bufferOf(g!), n) : null];
      },
    }),

    fuse(dropout, {
      accepts: ([x], { probability }) => x.dtype === "f32" && probability > 0,
      forward: ([x], { probability, seed }) => ({ outputs: [applyDropout(x, probability, seed)] }),
      vjp: ({ cotangents: [g], params: { probability, seed } }) => [applyDropout(g!, probability, seed)],
    }),
  ];
}
