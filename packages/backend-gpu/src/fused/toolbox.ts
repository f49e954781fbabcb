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

/** Whether the axis is the last one. */
export function isLast(x: Operand, axis: number): boolean {
  return axis === -1 || axis === x.shape.length - 1;
}

/** Whether two tensors have the same axes before the last two. */
export function sameLeading(a: Operand, b: Operand): boolean {
  return a.shape.length === b.shape.length && a.shape.slice(0, -2).every((length, axis) => length === b.shape[axis]);
}

/** Frees buffers that were needed on the way only. */
export function release({ device }: Toolbox, ...buffers: readonly GpuBuffer[]): void {
  for (const buffer of buffers) device.free(buffer);
}
