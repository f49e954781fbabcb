import type { DType, Operand, Primitives, Shape } from "@heed/tensor";
import type { Engine, WasmBuffer } from "../engine.js";
import type { Gemm } from "../gemm.js";

/** Elements that are worth waking a thread for where each costs a few nanoseconds. */
export const grain = 4_096;

/** What fused kernels are made with. */
export interface Toolbox {
  readonly engine: Engine;
  readonly gemm: Gemm;
  readonly primitives: Pick<Primitives, "fill" | "reduce">;
}

/** A new tensor, its values still to be written. */
export function make({ engine }: Toolbox, shape: Shape, dtype: DType = "f32"): Operand & { buffer: WasmBuffer } {
  let size = 1;
  for (const length of shape) size *= length;
  return { buffer: engine.buffer(size, dtype), shape, dtype };
}

/** A new tensor of zeros. */
export function makeZeros({ primitives }: Toolbox, shape: Shape): Operand & { buffer: WasmBuffer } {
  const size = shape.reduce((product, length) => product * length, 1);
  return { buffer: primitives.fill(size, 0, "f32") as WasmBuffer, shape, dtype: "f32" };
}

/** The memory of an operand. */
export function bufferOf(x: Operand): WasmBuffer {
  return x.buffer as WasmBuffer;
}

/** The address of an operand, 0 for one left out. */
export function addressOf(x: Operand | null | undefined): number {
  return x ? bufferOf(x).pointer : 0;
}

/** How many rows of n elements are worth waking a thread for. */
export function rowGrain(n: number): number {
  return Math.max(1, Math.ceil(grain / n));
}

/** A copy of an operand in new memory, or zeros for one left out. */
export function copyOrZeros(
  box: Toolbox,
  x: Operand | null | undefined,
  shape: Shape,
): Operand & { buffer: WasmBuffer } {
  if (!x) return makeZeros(box, shape);
  const copy = make(box, shape);
  box.engine.copyWithin(addressOf(x), copy.buffer.pointer, copy.buffer.bytes);
  return copy;
}

/** Sums of the columns of [rows, n], as a tensor [n]. */
export function columnSums({ primitives }: Toolbox, buffer: WasmBuffer, n: number): Operand {
  const x: Operand = { buffer, shape: [n === 0 ? 0 : buffer.size / n, n], dtype: "f32" };
  return { buffer: primitives.reduce("sum", x, [0]), shape: [n], dtype: "f32" };
}
