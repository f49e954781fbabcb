import { BackendError, formatShape, IndexError, type Operand, type Shape, type TensorData } from "@heed/tensor";
import { bufferOf } from "./buffer.js";
import type { WebGpuDevice } from "./gpu-js.js";

/** What one buffer and one launch may be at most. */
export interface Limits {
  /** Elements of a buffer. */
  readonly elements: number;
  /** Which of the device's limits that is, in its own words. */
  readonly reason: string;
  /** Columns and rows of a launch with two axes; 0 where there are none. */
  readonly side: number;
}

/** Integers are f32 on the device: exact up to here. */
export const largestInteger = 2 ** 24;

/** Coordinates along one axis pass through f32. */
export const longestAxis = 2 ** 24;

export function webGpuLimits({ limits }: WebGpuDevice): Limits {
  const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  return {
    // A place is a signed 32-bit integer.
    elements: Math.min(Math.floor(bytes / 4), 2 ** 31 - 2 ** 16),
    reason: `maxStorageBufferBindingSize ${limits.maxStorageBufferBindingSize} bytes, maxBufferSize ${limits.maxBufferSize} bytes`,
    side: limits.maxComputeWorkgroupsPerDimension * 8,
  };
}

/** Launches have one axis: gpu.js knows textures of one and of two axes as two kinds, and a kernel takes one kind. */
export function webGl2Limits(context: WebGL2RenderingContext): Limits {
  const side = context.getParameter(context.MAX_TEXTURE_SIZE) as number;
  return { elements: side * (side - 1), reason: `MAX_TEXTURE_SIZE ${side} × ${side}`, side: 0 };
}

/** On the host: as much as its 32-bit memory takes. */
export const hostLimits: Limits = { elements: 2 ** 28, reason: "1 GiB a buffer on the host", side: 0 };

/** @throws BackendError when a buffer of so many elements cannot be had */
export function assertFits(elements: number, { elements: limit, reason }: Limits): void {
  if (elements <= limit) return;
  throw new BackendError(
    `gpu: a tensor of ${elements} elements (${elements * 4} bytes) is more than this device holds: at most ${limit} elements (${reason}). Use smaller batches.`,
  );
}

/** @throws BackendError when an integer would be rounded on the device */
export function assertExact(values: TensorData | readonly number[]): void {
  const index = values.findIndex((value) => value > largestInteger || value < -largestInteger);
  if (index === -1) return;
  throw new BackendError(
    `gpu: integers are exact up to ${largestInteger} (2²⁴) on this backend, but element ${index} is ${values[index]}.`,
  );
}

/** @throws BackendError when an axis is longer than coordinates are exact */
export function assertAxes(op: string, shape: Shape): void {
  if (shape.every((length) => length <= longestAxis)) return;
  throw new BackendError(
    `gpu: ${op} takes axes of at most ${longestAxis} elements, but the shape is ${formatShape(shape)}; split it along that axis.`,
  );
}

/**
 * Looks at indices that the host knows; those that were computed on the device are not waited for.
 * @throws IndexError when one is outside of 0 … length − 1, and is not the ignored one
 */
export function assertInside(op: string, argument: string, indices: Operand, length: number, ignored?: number): void {
  const { known, constant, size } = bufferOf(indices.buffer);
  const values = known ?? (constant !== null && size > 0 ? [constant] : []);
  const position = values.findIndex((id) => !(id >= 0 && id < length) && id !== ignored);
  if (position === -1) return;
  throw new IndexError(op, argument, indices.shape, values[position]!, position, length);
}
