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

/**
 * The safetensors file that holds `tensors`: 8 bytes of header length, a JSON header, the values.
 *
 * The same tensors give the same bytes, whatever their order in `tensors`: they are laid out by dtype, widest first,
 * then by name (UTF-16 code units), and metadata by key, which is the layout of the reference implementation. The
 * header is padded with spaces to a multiple of 8 bytes, so every tensor is aligned to its element.
 *
 * @param tensors - by name; nothing is kept of them, the result is a copy.
 * @param metadata - free text by key, for example `{ format: "pt" }`.
 * @throws {SafetensorsError} for a name that the format reserves or UTF-8 cannot hold, an unknown dtype, values of
 *   another array type than the dtype's, and a shape that does not fit the number of values.
 * @see https://github.com/huggingface/safetensors#format
 *
 * @example
 * const bytes = encodeSafetensors({ weight: { dtype: "F32", shape: [2, 1], data: Float32Array.of(1, 2) } });
 * decodeSafetensors(bytes).tensors.get("weight")?.data; // Float32Array [1, 2]
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafeTensor> | Readonly<Record<string, SafeTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries = [...(isMap(tensors) ? tensors.entries() : Object.entries(tensors))];
  for (const [name, tensor] of entries) checkTensor(name, tensor);
  entries.sort(([nameA, a], [nameB, b]) => rank(a.dtype) - rank(b.dtype) || (nameA < nameB ? -1 : 1));

  // Joined by hand: as a key of an object, "__proto__" would be lost, and "0" would move to the front.
  const fields: string[] = [];
  const pairs = metadataPairs(metadata);
  if (pairs.length > 0) fields.push(`"__metadata__":{${pairs.join(",")}}`);
  let end = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    const start = end;
    end += data.byteLength;
    const info = JSON.stringify({ dtype, shape, data_offsets: [start, end] });
    fields.push(`${JSON.stringify(name)}:${info}`);
  }
  const json = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;
  if (headerLength > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      `the header would take ${headerLength} bytes, the format's limit is ${MAX_HEADER_BYTES}: use fewer or shorter names and metadata`,
    );
  }

  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    swapToMachineOrder(bytes.subarray(at, at + data.byteLength), data.BYTES_PER_ELEMENT);
    at += data.byteLength;
  }
  return bytes;
}

/** Not `instanceof`: a `Map` from another realm is one as well. */
function isMap<T>(tensors: ReadonlyMap<string, T> | Readonly<Record<string, T>>): tensors is ReadonlyMap<string, T> {
  return Symbol.iterator in tensors;
}

const ORDER = Object.keys(ARRAYS);

function rank(dtype: SafeDType): number {
  return ORDER.indexOf(dtype);
}

function metadataPairs(metadata: Readonly<Record<string, string>>): string[] {
  return Object.entries(metadata)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => {
      if (typeof value !== "string") {
        throw new SafetensorsError(
          `metadata ${quoted(key)} must be a string, got ${typeof value}: store JSON.stringify of it`,
        );
      }
      if (!isWellFormed(key) || !isWellFormed(value)) {
        throw new SafetensorsError(`metadata ${quoted(key)} has a lone surrogate, which UTF-8 cannot hold`);
      }
      return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    });
}

function checkTensor(name: string, { dtype, shape, data }: SafeTensor): void {
  if (name === "__metadata__") {
    throw new SafetensorsError('a tensor cannot be named "__metadata__", the format keeps that name for the metadata');
  }
  if (!isWellFormed(name)) {
    throw new SafetensorsError(`tensor name ${quoted(name)} has a lone surrogate, which UTF-8 cannot hold`);
  }
  if (!isSafeDType(dtype)) {
    throw new SafetensorsError(
      `tensor ${quoted(name)}: cannot write dtype ${shown(dtype)}, expected one of ${ORDER.join(" ")}`,
    );
  }
  const Expected = ARRAYS[dtype];
  if (!(data instanceof Expected)) {
    throw new SafetensorsError(
      `tensor ${quoted(name)}: dtype ${dtype} is written from a ${Expected.name}, got ${Object.prototype.toString.call(data)}`,
    );
  }
  const expected = byteLengthOf(name, shape, Expected.BYTES_PER_ELEMENT);
  if (expected !== data.byteLength) {
    throw new SafetensorsError(
      `tensor ${quoted(name)}: shape [${shape.join(", ")}] holds ${expected / Expected.BYTES_PER_ELEMENT} values, got ${data.length}`,
    );
  }
  if (dtype === "BOOL") checkBooleans(name, data as Uint8Array);
}
