import type { Operand, Primitives, Shape } from "@heed/tensor";
import { bufferOf, type GpuBuffer } from "../buffer.js";
import type { Device } from "../device.js";
import type { Reductions } from "../primitives/reduce.js";

/** What fused kernels are made with. */
export interface Toolbox {
  readonly device: Device;
  readonly folds: Reductions;
  readonly shapes: Pick<Primitives, "concat">;
}

/** A buffer as the result of an operation. */
export function result(buffer: GpuBuffer, shape: Shape): Operand & { readonly buffer: GpuBuffer } {
  return { buffer, shape, dtype: "f32" };
}

/** The buffer of an operand. */
export function of(x: Operand): GpuBuffer {
  return bufferOf(x.buffer);
}

/** Whether all are f32 and none is empty; a missing argument does not count. */
export function areFilled(...operands: readonly (Operand | null | undefined)[]): boolean {
  return operands.every((x) => !x || (x.dtype === "f32" && x.buffer.size > 0));
}

/** Rows of a tensor along its last axis: how many, and how long. */
export function rowsOf(x: Operand): { rows: number; n: number } {
  const n = x.shape.at(-1) ?? 1;
  return { rows: n === 0 ? 0 : x.buffer.size / n, n };
}

/** Whether the axis is the last one. */
export function isLast(x: Operand, axis: number): boolean {
  return axis === -1 || axis === x.shape.length - 1;
}

/** Whether two tensors have the same axes before the last two. */
export function sameLeading(a: Operand, b: Operand): boolean {
  return a.shape.length === b.shape.length && a.shape.slice(0, -2).every((length, axis) => length === b.shape[axis]);
}

/** Whether a mask broadcasts to a shape without making it larger. */
export function maskFits(mask: Operand | null, shape: Shape): boolean {
  if (!mask) return true;
  if (mask.dtype !== "bool" || mask.shape.length > shape.length) return false;
  const missing = shape.length - mask.shape.length;
  return mask.shape.every((length, axis) => length === 1 || length === shape[missing + axis]);
}

/** Frees buffers that were needed on the way only. */
export function release({ device }: Toolbox, ...buffers: readonly GpuBuffer[]): void {
  for (const buffer of buffers) device.free(buffer);
}
