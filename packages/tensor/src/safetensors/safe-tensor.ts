import { HeedError } from "@heed/core";

/** Which array holds the values of each dtype; `BOOL` is one byte a value, 0 or 1. */
interface DataOf {
  U64: BigUint64Array;
  I64: BigInt64Array;
  F64: Float64Array;
  F32: Float32Array;
  U32: Uint32Array;
  I32: Int32Array;
  U16: Uint16Array;
  I16: Int16Array;
  I8: Int8Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

/** The dtypes that are read and written as they are, by the format's names. */
export type SafeDType = keyof DataOf;

/** A tensor as plain data: dtype, shape, and its values in row-major order; a scalar has the shape `[]`. */
export type SafeTensor = {
  [D in SafeDType]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: DataOf[D] };
}[SafeDType];

type ArrayConstructors = {
  readonly [D in SafeDType]: { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): DataOf[D] };
};

/** In the order in which the reference implementation lays dtypes out: widest first, so that every tensor is aligned. */
export const ARRAYS: ArrayConstructors = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** The largest header that the reference implementation reads. */
export const MAX_HEADER_BYTES = 100_000_000;

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export function isSafeDType(value: unknown): value is SafeDType {
  return typeof value === "string" && Object.hasOwn(ARRAYS, value);
}

/** A name as error messages show it: quoted, and cut where it is long. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

/** Any value as error messages show it; `String` of an object from JSON can throw, when it has a `toString` of its own. */
export function shown(value: unknown): string {
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, 40);
}

/** A lone surrogate has no UTF-8: other readers refuse such a name. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * The bytes that `shape` takes; every product on the way is checked to be exact.
 *
 * @throws {SafetensorsError} when an axis is no non-negative integer, or the product passes 2^53 - 1.
 */
export function byteLengthOf(name: string, shape: readonly unknown[], bytesPerElement: number): number {
  let bytes = bytesPerElement;
  for (const [axis, size] of shape.entries()) {
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0 || Object.is(size, -0)) {
      throw new SafetensorsError(
        `tensor ${quoted(name)}: axis ${axis} of its shape must be a non-negative integer below 2^53, got ${shown(size)}`,
      );
    }
    bytes *= size;
    if (!Number.isSafeInteger(bytes)) {
      throw new SafetensorsError(
        `tensor ${quoted(name)}: its shape asks for more than 2^53 bytes, already at axis ${axis} of size ${size}`,
      );
    }
  }
  return bytes;
}

/** @throws {SafetensorsError} when a byte of a `BOOL` tensor is neither 0 nor 1. */
export function checkBooleans(name: string, bytes: Uint8Array): void {
  const at = bytes.findIndex((byte) => byte > 1);
  if (at >= 0) {
    throw new SafetensorsError(`tensor ${quoted(name)}: a BOOL is 0 or 1, element ${at} is ${bytes[at]}`);
  }
}

/** Swaps `bytes` in place between the file's order, little-endian, and the machine's; almost everywhere they are one. */
export function swapToMachineOrder(bytes: Uint8Array, bytesPerElement: number, littleEndian = LITTLE_ENDIAN): void {
  if (littleEndian || bytesPerElement === 1) return;
  for (let at = 0; at < bytes.length; at += bytesPerElement) bytes.subarray(at, at + bytesPerElement).reverse();
}

/** Bytes that are not a sound safetensors file, or tensors that cannot be written as one. */
export class SafetensorsError extends HeedError {
  override readonly name = "SafetensorsError";
}
