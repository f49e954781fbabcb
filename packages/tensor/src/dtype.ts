import { shownArgument } from "@heed/core";
import { DTypeError } from "./errors.js";

/** What a tensor holds: 32-bit floats, 32-bit signed integers, or truth values (one byte each, 0 or 1). */
export type DType = "f32" | "i32" | "bool";

/**
 * Checks the name of a dtype.
 * @throws DTypeError when there is none of that name; suggests heed's name for those of NumPy and PyTorch
 */
export function assertDTypeName(op: string, dtype: DType): void {
  if (Object.hasOwn(bytesPerElement, dtype)) return;
  const similar = /^float|^double|^half/.test(dtype) ? "f32" : /^u?int|^long/.test(dtype) ? "i32" : undefined;
  const hint = similar === undefined ? "" : ` Write "${similar}".`;
  throw new DTypeError(`${op}: dtype must be "f32", "i32" or "bool", got ${shownArgument(dtype)}.${hint}`);
}

/**
 * Values on the host, in row-major order. `f32` tensors read as `Float32Array`, or as `Float64Array` on a backend that
 * calculates in f64; `i32` as `Int32Array`; `bool` as `Uint8Array` of 0 and 1.
 */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Bytes that one element takes on the host and, as a rule, on the device. */
export const bytesPerElement: Readonly<Record<DType, number>> = { f32: 4, i32: 4, bool: 1 };

/** Checks the dtype of an argument. */
export function assertDType(
  op: string,
  argument: string,
  x: { readonly dtype: DType },
  ...allowed: readonly DType[]
): void {
  if (!allowed.includes(x.dtype)) {
    throw new DTypeError(
      `${op}: ${argument} is ${x.dtype}, but must be ${allowed.join(" or ")}; use cast() to convert.`,
    );
  }
}
