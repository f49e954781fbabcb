import { BackendError, type DeviceBuffer, type DType, type TensorData } from "@heed/tensor";
import type { Handle } from "./gpu-js.js";

/** A result on the device, or one that is still to come. On the device everything is f32. */
export class GpuBuffer implements DeviceBuffer {
  /** Set once the kernel that makes it has been launched. */
  handle: Handle | null = null;
  /** Why there will never be a value. */
  failure: Error | null = null;
  /** What is known on the host as well: what was uploaded or read. Outlives the device. */
  known: TensorData | null = null;
  /** The value of all elements of a buffer that was filled; it takes memory on the device only when a kernel reads it. */
  constant: number | null = null;
  freed = false;

  constructor(
    readonly dtype: DType,
    readonly size: number,
  ) {}
}

/** A buffer of this backend. */
export function bufferOf(buffer: DeviceBuffer): GpuBuffer {
  if (buffer instanceof GpuBuffer) return buffer;
  throw new BackendError("gpu: a buffer of another backend was handed over.");
}

/** Values as the device holds them. */
export function toFloats(values: TensorData): Float32Array {
  return new Float32Array(values);
}

/** Values of the device as the dtype has them on the host. */
export function fromFloats(values: Float32Array, dtype: DType): TensorData {
  if (dtype === "f32") return values;
  return dtype === "i32" ? new Int32Array(values) : new Uint8Array(values);
}
