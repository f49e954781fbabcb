import type { Operand } from "@heed/tensor";
import type { WasmBuffer } from "../engine.js";
import type { Kernel } from "../instance.js";
import { addressOf, bufferOf, columnSums, make, type Toolbox } from "./toolbox.js";

/** Sizes of a recurrent layer: batch, steps, hidden size, and how many gates a step has. */
export interface RecurrentSizes {
  readonly b: number;
  readonly t: number;
  readonly h: number;
  readonly gates: number;
}

/** Multiply-adds that are worth waking a thread for. */
const grain = 200_000;

/** Rows of the batch that are worth waking a thread for. */
function rowsWorth({ t, h, gates }: RecurrentSizes): number {
  return Math.max(4, Math.ceil(grain / (t * gates * h * h + 1)));
}

/** gates = x · W_ihᵀ + b_ih for all steps at once, [b, t, gates · h]. */
export function projectInput(
  box: Toolbox,
  sizes: RecurrentSizes,
  x: Operand,
  weight: Operand,
  bias: Operand | null,
): WasmBuffer {
  const { b, t, h, gates } = sizes;
  const k = x.shape[2]!;
  const out = box.engine.buffer(b * t * gates * h, "f32");
  const right = { b: bufferOf(weight), transB: true };
  const product = { m: b * t, n: gates * h, k, a: addressOf(x), transA: false, ...right, c: out.pointer };
  box.gemm.multiply({ ...product, bias: addressOf(bias) });
  return out;
}

/** Gradients of x, W_ih and b_ih from those of the gates. */
export function projectBack(
  box: Toolbox,
  sizes: RecurrentSizes,
  dGates: WasmBuffer,
  x: Operand,
  weight: Operand,
  needs: { readonly x: boolean; readonly weight: boolean; readonly bias: boolean },
): { dx: Operand | null; dWeight: Operand | null; dBias: Operand | null } {
  const { b, t, h, gates } = sizes;
  const k = x.shape[2]!;
  let dx: Operand | null = null;
  if (needs.x) {
    dx = make(box, x.shape);
    const right = { b: bufferOf(weight), transB: false };
    box.gemm.multiply({ m: b * t, n: k, k: gates * h, a: dGates.pointer, transA: false, ...right, c: addressOf(dx) });
  }
  let dWeight: Operand | null = null;
  if (needs.weight) {
    dWeight = make(box, weight.shape);
    const product = {
      m: gates * h,
      n: k,
      k: b * t,
      a: dGates.pointer,
      transA: true,
      transB: false,
      c: addressOf(dWeight),
    };
    box.gemm.multiplyAt(product, addressOf(x), 0);
  }
  return { dx, dWeight, dBias: needs.bias ? columnSums(box, dGates, gates * h) : null };
}

/** d(loss)/d(W_hh) and d(loss)/d(b_hh): one product over all steps. */
export function recurrentGradients(
  box: Toolbox,
  sizes: RecurrentSizes,
  dGates: WasmBuffer,
  states: number,
  needs: { readonly weight: boolean; readonly bias: boolean },
): { dWeight: Operand | null; dBias: Operand | null } {
  const { b, t, h, gates } = sizes;
  let dWeight: Operand | null = null;
  if (needs.weight) {
    dWeight = make(box, [gates * h, h]);
    const product = {
      m: gates * h,
      n: h,
      k: b * t,
      a: dGates.pointer,
      transA: true,
      transB: false,
      c: addressOf(dWeight),
    };
    box.gemm.multiplyAt(product, states, 0);
  }
  return { dWeight, dBias: needs.bias ? columnSums(box, dGates, gates * h) : null };
}

/**
 * Lays the first state into its place among the states before each step, [b, t, h].
 *
 * @returns the address of the states; of `hidden` itself where there is one step only, whose state nobody moves
 */
export function layInState(
  box: Toolbox,
  { b, t, h }: RecurrentSizes,
  hidden: Operand,
  states: WasmBuffer,
  reverse: boolean,
): void {
  const first = states.pointer + (reverse ? 4 * (t - 1) * h : 0);
  for (let row = 0; row < b; row++) {
    box.engine.copyWithin(addressOf(hidden) + 4 * row * h, first + 4 * row * t * h, 4 * h);
  }
}

/**
 * Runs a kernel that walks through time, forward or backward, with what all of them begin with: sizes, then the
 * recurrent weights. Weights are laid out for products first, once for all steps.
 */
export function walk(
  box: Toolbox,
  kernel: Kernel,
  sizes: RecurrentSizes,
  direction: "forward" | "backward",
  weight: Operand,
  before: readonly number[],
  after: readonly number[],
): void {
  const { b, t, h, gates } = sizes;
  const forward = direction === "forward";
  const [n, k] = forward ? [gates * h, h] : [h, gates * h];
  const packed = box.gemm.packed(bufferOf(weight), n, k, forward, t > 1 && b * t > 8);
  // Backward, the state gradients of sequences that are over are kept behind the workspace of the products.
  const productBytes = (box.gemm.workspace(b, n, k, forward, packed !== 0) + 15) & ~15;
  const workspace = productBytes + (forward ? 0 : 4 * b * h);
  const right = [packed || addressOf(weight), packed === 0 ? 0 : 1, ...(forward ? [] : [productBytes])];
  box.engine.run(kernel, b, rowsWorth(sizes), workspace, [b, t, h, ...before, ...right, ...after]);
}
