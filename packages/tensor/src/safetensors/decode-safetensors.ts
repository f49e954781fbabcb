import { shownArgument } from "@heed/core";
import { parseHeader } from "./parse-header.js";
import {
  ARRAYS,
  byteLengthOf,
  checkBooleans,
  isSafeDType,
  isWellFormed,
  MAX_HEADER_BYTES,
  quoted,
  type SafeDType,
  type SafeTensor,
  SafetensorsError,
  shown,
  swapToMachineOrder,
} from "./safe-tensor.js";

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** By name, in the order of the header. */
  readonly tensors: Map<string, SafeTensor>;
  readonly metadata: Record<string, string>;
}

/** Narrow floats that JavaScript has no array for in every engine: read as F32, which holds them exactly. */
const WIDENED = { F16: widenF16, BF16: widenBF16 };
type FileDType = SafeDType | keyof typeof WIDENED;

interface Placed {
  readonly name: string;
  readonly dtype: FileDType;
  readonly shape: number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a safetensors file; it trusts nothing in it, and allocates only what the bytes at hand can fill.
 *
 * The tensors are copies: `bytes` may be reused, and need not be aligned. `F16` and `BF16` come as `F32`, exactly.
 *
 * @throws {SafetensorsError} when the file is truncated, its header is malformed, a dtype is unknown, a shape does
 *   not fit its offsets, or the tensors overlap or leave bytes uncovered.
 * @see https://github.com/huggingface/safetensors#format
 *
 * @example
 * const { tensors, metadata } = decodeSafetensors(await readFile("model.safetensors"));
 * for (const [name, { dtype, shape }] of tensors) console.log(name, dtype, shape);
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (!ArrayBuffer.isView(bytes)) {
    throw new SafetensorsError(
      `decodeSafetensors: expected the bytes of a file as a Uint8Array, got ${shownArgument(bytes)}.`,
    );
  }
  const bufferStart = 8 + readHeaderLength(bytes);
  const header = parseHeader(copyOf(bytes, 8, bufferStart));
  const metadata = readMetadata(header);
  const placed = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, info]) => readInfo(name, info));
  checkLayout(placed, bytes.length - bufferStart);
  const tensors = new Map(placed.map((tensor) => [tensor.name, readTensor(bytes, bufferStart, tensor)]));
  return { tensors, metadata };
}

function readHeaderLength(bytes: Uint8Array): number {
  if (bytes.length < 8) {
    throw new SafetensorsError(`a safetensors file begins with 8 bytes of header length, got ${bytes.length} bytes`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new SafetensorsError(
      `the header claims ${length} bytes, the format's limit is ${MAX_HEADER_BYTES}: this is not a safetensors file, or it is damaged`,
    );
  }
  if (length > BigInt(bytes.length - 8)) {
    throw new SafetensorsError(
      `the header claims ${length} bytes, ${bytes.length - 8} are there: the file is truncated`,
    );
  }
  return Number(length);
}

function readMetadata(header: Record<string, unknown>): Record<string, string> {
  if (!Object.hasOwn(header, "__metadata__")) return {};
  const metadata = header.__metadata__;
  if (!isObject(metadata)) throw new SafetensorsError("__metadata__ must be an object of strings");
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") {
      throw new SafetensorsError(`metadata ${quoted(key)} must be a string, got ${shown(value)}`);
    }
    if (!isWellFormed(key) || !isWellFormed(value)) {
      throw new SafetensorsError(`metadata ${quoted(key)} has a lone surrogate, which is not Unicode text`);
    }
  }
  return metadata as Record<string, string>;
}

function readInfo(name: string, info: unknown): Placed {
  const where = `tensor ${quoted(name)}`;
  if (!isWellFormed(name)) throw new SafetensorsError(`${where}: its name has a lone surrogate`);
  if (!isObject(info) || Object.keys(info).sort().join() !== "data_offsets,dtype,shape") {
    throw new SafetensorsError(`${where}: expected exactly dtype, shape and data_offsets`);
  }
  const { dtype, shape, data_offsets: offsets } = info;
  if (!isFileDType(dtype)) {
    const known = [...Object.keys(ARRAYS), ...Object.keys(WIDENED)].join(" ");
    throw new SafetensorsError(`${where}: cannot read dtype ${shown(dtype)}, expected one of ${known}`);
  }
  if (!Array.isArray(shape)) throw new SafetensorsError(`${where}: its shape must be an array`);
  const needed = byteLengthOf(name, shape, bytesPerElement(dtype));
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((at) => Number.isSafeInteger(at) && at >= 0)) {
    throw new SafetensorsError(`${where}: data_offsets must be two non-negative integers, the start and the end`);
  }
  const [start, end] = offsets as [number, number];
  if (end - start !== needed) {
    throw new SafetensorsError(
      `${where}: ${dtype} [${shape.slice(0, 8).join(", ")}${shape.length > 8 ? ", …" : ""}] takes ${needed} bytes, data_offsets [${start}, ${end}] hold ${end - start}`,
    );
  }
  return { name, dtype, shape: shape as number[], start, end };
}

/** The tensors, by offset, must tile the buffer: each begins where the one before ends, the last ends with the file. */
function checkLayout(placed: readonly Placed[], bufferLength: number): void {
  let end = 0;
  let before = "the start of the buffer";
  for (const tensor of [...placed].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const where = `tensor ${quoted(tensor.name)}`;
    if (tensor.end > bufferLength) {
      throw new SafetensorsError(
        `${where} ends at byte ${tensor.end}, the buffer has ${bufferLength}: the file is truncated`,
      );
    }
    if (tensor.start !== end) {
      const kind = tensor.start < end ? "overlaps with" : "leaves a hole behind";
      throw new SafetensorsError(`${where} starts at byte ${tensor.start}, expected ${end}: it ${kind} ${before}`);
    }
    end = tensor.end;
    before = where;
  }
  if (end !== bufferLength) {
    throw new SafetensorsError(`${bufferLength - end} trailing bytes behind ${before} belong to no tensor`);
  }
}

function readTensor(bytes: Uint8Array, bufferStart: number, { name, dtype, shape, start, end }: Placed): SafeTensor {
  const own = copyOf(bytes, bufferStart + start, bufferStart + end);
  swapToMachineOrder(own, bytesPerElement(dtype));
  if (!isSafeDType(dtype)) return { dtype: "F32", shape, data: WIDENED[dtype](new Uint16Array(own.buffer)) };
  if (dtype === "BOOL") checkBooleans(name, own);
  return { dtype, shape, data: new ARRAYS[dtype](own.buffer) } as SafeTensor;
}

/** Always a copy, and at the start of its own buffer; the `slice` of a Node.js `Buffer` is neither. */
function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(start, end));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFileDType(value: unknown): value is FileDType {
  return isSafeDType(value) || (typeof value === "string" && Object.hasOwn(WIDENED, value));
}

function bytesPerElement(dtype: FileDType): number {
  return isSafeDType(dtype) ? ARRAYS[dtype].BYTES_PER_ELEMENT : 2;
}

/** IEEE half precision (1 sign bit, 5 of exponent, 10 of fraction) as f32, exactly. */
export function widenF16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(halves, (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** bfloat16 as f32, exactly: it is the upper half of one. */
export function widenBF16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
}
