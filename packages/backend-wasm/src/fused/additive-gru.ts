import { additiveGru, type FusedKernel, fuse, type Operand } from "@heed/tensor";
import type { WasmBuffer } from "../engine.js";
import type { Kernel } from "../instance.js";
import { addressOf, bufferOf, columnSums, make, type Toolbox } from "./toolbox.js";

/** Axes: b sequences, t steps, n keys; h hidden units, d of the attention, c of a value. */
interface Sizes {
  readonly b: number;
  readonly t: number;
  readonly h: number;
  readonly n: number;
  readonly d: number;
  readonly c: number;
}

/** Multiply-adds that are worth waking a thread for. */
const grain = 200_000;

/** A whole decoder with additive attention: one call for all steps, and one back through time. */
export function additiveGruKernel(box: Toolbox): FusedKernel {
  const { engine, gemm } = box;
  const forward = engine.kernel("additiveGruForward");
  const gradient = engine.kernel("additiveGruGradient");
  const threadBytes = engine.kernel("additiveGruWorkspace").call as (d: number) => number;
  const forwardSums = engine.kernel("additiveGruSums").call as (n: number, h: number) => number;
  const gradientSums = engine.kernel("additiveGruGradientSums").call as (n: number, d: number) => number;
  const preparedBytes = engine.kernel("additiveKeysBytes").call as (n: number, d: number) => number;
  const productBytes = gemm.workspace(1, 1, 1, false, true);

  const run = (kernel: Kernel, sizes: Sizes, args: readonly number[]): void => {
    const { b, t, h, n, d, c } = sizes;
    const effort = t * (h * d + 3 * h * (h + c + 16) + 2 * n * (d + c));
    const workspace = productBytes + 64 + threadBytes(d);
    engine.run(kernel, b, Math.ceil(grain / effort), workspace, [productBytes, t, h, n, d, c, ...args]);
  };

  const packed = (weight: Operand, n: number, k: number, transposed: boolean): number =>
    gemm.packed(bufferOf(weight), n, k, transposed, true);

  return fuse(additiveGru, {
    accepts: ([tokenGates, , prepared, values, mask]) =>
      tokenGates.dtype === "f32" &&
      tokenGates.buffer.size * prepared.buffer.size * values.buffer.size > 0 &&
      isSameInEveryStep(mask),

    forward(inputs, _params, wantsGradient) {
      const [tokenGates, hidden, prepared, values, mask, queryWeight, v, contextWeight, weightHh, biasHh] = inputs;
      const sizes = sizesOf(tokenGates, prepared, values);
      const { b, t, h, n, d, c } = sizes;
      const states = make(box, [b, t, h]);
      const contexts = make(box, [b, t, c]);
      const weights = make(box, [b, t, n]);
      const readyKeys = make(box, [b, preparedBytes(n, d) / 4]);
      const query = make(box, [b, t, d]);
      const readyQuery = make(box, [b, t, preparedBytes(1, d) / 4]);
      const saved = wantsGradient ? make(box, [b, t, 4 * h]) : null;
      const sums = make(box, [b, forwardSums(n, h)]);
      const matrices = [
        packed(queryWeight, d, h, false),
        addressOf(v),
        packed(contextWeight, 3 * h, c, true),
        packed(weightHh, 3 * h, h, true),
      ];
      run(forward, sizes, [
        ...[tokenGates, hidden, prepared, readyKeys, values].map(addressOf),
        ...maskArguments(mask, b),
        ...matrices,
        ...[biasHh, states, contexts, weights, query, readyQuery, saved, sums].map(addressOf),
      ]);
      engine.free(sums.buffer);
      const outputs = [states, contexts, weights];
      if (saved) return { outputs, saved: [readyKeys, query, readyQuery, saved] };
      for (const { buffer } of [readyKeys, query, readyQuery]) engine.free(buffer);
      return { outputs };
    },

    vjp({ inputs, outputs, saved, cotangents, needs }) {
      const [tokenGates, hidden, prepared, values, mask, queryWeight, v, contextWeight, weightHh] = inputs;
      const [states, contexts, weights] = outputs as [Operand, Operand, Operand];
      const [readyKeys, query, readyQuery, gates] = saved as [Operand, Operand, Operand, Operand];
      const sizes = sizesOf(tokenGates, prepared, values);
      const { b, t, h, n, d, c } = sizes;
      const dTokenGates = make(box, tokenGates.shape);
      const dHidden = make(box, hidden.shape);
      const dPrepared = make(box, prepared.shape);
      const dRecurrent = make(box, [b, t, 3 * h]);
      const previous = make(box, [b, t, h]);
      const dContext = make(box, [b, t, c]);
      const dQuery = make(box, [b, t, d]);
      const dV = make(box, [b, d]);
      const sums = make(box, [b, gradientSums(n, d)]);
      const matrices = [
        packed(queryWeight, h, d, true),
        addressOf(v),
        packed(contextWeight, c, 3 * h, false),
        packed(weightHh, h, 3 * h, false),
      ];
      run(gradient, sizes, [
        ...[hidden, prepared, readyKeys, values].map(addressOf),
        ...maskArguments(mask, b),
        ...matrices,
        ...[states, weights, query, readyQuery, gates].map(addressOf),
        ...[addressOf(cotangents[0]), addressOf(cotangents[1]), addressOf(cotangents[2]), Number(needs[1] === true)],
        ...[dHidden, dTokenGates, dRecurrent, previous, dContext, dQuery, dPrepared, dV, sums].map(addressOf),
      ]);

      // What concerns all steps at once.
      let dValues: Operand | null = null;
      if (needs[3]) {
        dValues = make(box, values.shape);
        const left = { a: addressOf(weights), stepA: t * n, transA: true };
        const right = { b: addressOf(dContext), stepB: t * c, transB: false };
        gemm.multiplyBatch({ count: b, m: n, n: c, k: t, ...left, ...right, c: addressOf(dValues) });
      }
      const product = (left: Operand, right: Operand, m: number, columns: number): Operand => {
        const out = make(box, [m, columns]);
        const sides = { a: addressOf(left), transA: true, transB: false, c: out.buffer.pointer };
        gemm.multiplyAt({ m, n: columns, k: b * t, ...sides }, addressOf(right), 0);
        return out;
      };
      const dQueryWeight = needs[5] ? product(previous, dQuery, h, d) : null;
      const dContextWeight = needs[7] ? product(dTokenGates, contexts, 3 * h, c) : null;
      const dWeightHh = needs[8] ? product(dRecurrent, previous, 3 * h, h) : null;
      const dWeightV = needs[6] ? columnSums(box, dV.buffer, d) : null;
      const dBias = needs[9] ? columnSums(box, dRecurrent.buffer, 3 * h) : null;
      for (const { buffer } of [dRecurrent, previous, dContext, dQuery, dV, sums]) engine.free(buffer);
      const perSequence = [wanted(dTokenGates, 0), wanted(dHidden, 1), wanted(dPrepared, 2), dValues, null];
      return [...perSequence, dQueryWeight, dWeightV, dContextWeight, dWeightHh, dBias];

      function wanted(made: Operand & { buffer: WasmBuffer }, position: number): Operand | null {
        if (needs[position]) return made;
        engine.free(made.buffer);
        return null;
      }
    },
  });
}

function sizesOf(tokenGates: Operand, prepared: Operand, values: Operand): Sizes {
  const [b, t, width] = tokenGates.shape as [number, number, number];
  const [, n, d] = prepared.shape as [number, number, number];
  return { b, t, h: width / 3, n, d, c: values.shape[2]! };
}

/** A mask that differs from step to step, which attention alone allows, is left to the composition. */
function isSameInEveryStep(mask: Operand | null): boolean {
  return !mask || (mask.shape.at(-2) ?? 1) === 1;
}

/** The address of a mask, and how far apart its entries lie along the batch and along the keys. */
function maskArguments(mask: Operand | null, b: number): number[] {
  if (!mask) return [0, 0, 0];
  const keys = mask.shape.at(-1) ?? 1;
  return [addressOf(mask), b > 1 && mask.shape.at(-3) === b ? keys : 0, keys > 1 ? 1 : 0];
}
