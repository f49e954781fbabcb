import type { DeviceBuffer } from "../backend.js";
import type { DType, TensorData } from "../dtype.js";

/** A buffer of the reference backend: a typed array. */
export interface HostBuffer extends DeviceBuffer {
  readonly values: TensorData;
}

/** Makes typed arrays; f32 tensors calculate in f64 when the backend was asked to. */
export type Allocator = (size: number, dtype: DType) => TensorData;

/** The values behind a buffer of this backend. */
export function valuesOf(buffer: DeviceBuffer): TensorData {
  return (buffer as HostBuffer).values;
}
