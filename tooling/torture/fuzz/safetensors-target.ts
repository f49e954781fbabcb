import { decodeSafetensors, encodeSafetensors, type SafeDType, type SafeTensor, SafetensorsError } from "@heed/tensor";
import * as fc from "fast-check";
import { assertEqual, type FuzzTarget, resultOrRefusalSync } from "./fuzz-target.js";
import { anyJson, anyText, damagedBytes, damagedJson } from "./mutations.js";

const arrays = {
  ...{ F64: Float64Array, F32: Float32Array, U32: Uint32Array, I32: Int32Array, U16: Uint16Array },
  ...{ I16: Int16Array, I8: Int8Array, U8: Uint8Array, U64: BigUint64Array, I64: BigInt64Array },
} as const;
const dtypes = Object.keys(arrays) as (keyof typeof arrays & SafeDType)[];

/** A tensor of any dtype with arbitrary bits, NaN included. */
const anyTensor = fc
  .record({ dtype: fc.constantFrom(...dtypes), shape: fc.array(fc.nat({ max: 4 }), { maxLength: 4 }), seed: fc.nat() })
  .map(({ dtype, shape, seed }) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const bytes = Uint8Array.from({ length: size * arrays[dtype].BYTES_PER_ELEMENT }, (_, i) => (seed * (i + 7)) >> 3);
    return { dtype, shape, data: new arrays[dtype](bytes.buffer) } as unknown as SafeTensor;
  });
const anyTensors = fc.array(
  fc.tuple(
    anyText.filter((name) => name !== "__metadata__"),
    anyTensor,
  ),
  { maxLength: 4 },
);

const valid: Record<string, SafeTensor> = {
  "encoder.weight": { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  인코더: { dtype: "I64", shape: [2], data: BigInt64Array.of(1n, -1n) },
  scalar: { dtype: "U8", shape: [], data: Uint8Array.of(7) },
  empty: { dtype: "F32", shape: [0, 4], data: new Float32Array(0) },
};
const files = [encodeSafetensors(valid, { format: "pt", step: "3" }), encodeSafetensors({}, {})];

function checkDecoded(bytes: Uint8Array): void {
  const { value, refused } = resultOrRefusalSync(() => decodeSafetensors(bytes));
  if (!value) {
    if (!(refused instanceof SafetensorsError)) throw new Error(`expected a SafetensorsError, got ${refused?.name}`);
    return;
  }
  let total = 0;
  for (const { shape, data } of value.tensors.values()) {
    total += data.byteLength;
    assertEqual(
      "the number of values",
      data.length,
      shape.reduce((product, axis) => product * axis, 1),
    );
  }
  // F16 and BF16 become F32.
  if (total > 2 * bytes.length) throw new Error(`${total} bytes were allocated for a file of ${bytes.length}`);
}

const damagedFile: FuzzTarget = {
  name: "safetensors: damaged files",
  inputs: 150_000,
  property: () => fc.property(damagedBytes(...files), checkDecoded),
};

const header = {
  __metadata__: { format: "pt" },
  a: { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] },
  b: { dtype: "I32", shape: [1], data_offsets: [8, 12] },
};

const damagedHeader: FuzzTarget = {
  name: "safetensors: damaged headers",
  inputs: 80_000,
  property: () =>
    fc.property(fc.oneof(damagedJson(header), anyJson), fc.nat({ max: 20 }), (json, rest) => {
      const text = new TextEncoder().encode(JSON.stringify(json));
      const bytes = new Uint8Array(8 + text.length + rest);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
      bytes.set(text, 8);
      checkDecoded(bytes);
    }),
};

const roundTrip: FuzzTarget = {
  name: "safetensors: round trips",
  inputs: 60_000,
  property: () =>
    fc.property(anyTensors, fc.dictionary(anyText, anyText, { maxKeys: 3 }), (entries, metadata) => {
      const tensors = new Map(entries);
      const { value: bytes, refused } = resultOrRefusalSync(() => encodeSafetensors(tensors, metadata));
      if (!bytes) {
        const names = [...tensors.keys(), ...Object.entries(metadata).flat()];
        if (names.every((name) => !/\p{Surrogate}/u.test(name))) throw refused;
        return;
      }
      const decoded = decodeSafetensors(bytes);
      assertEqual("the names", [...decoded.tensors.keys()].sort(), [...tensors.keys()].sort());
      assertEqual("metadata", Object.entries(decoded.metadata).sort(), Object.entries(metadata).sort());
      for (const [name, tensor] of tensors) {
        const { dtype, shape, data } = decoded.tensors.get(name)!;
        assertEqual(`dtype and shape of ${name}`, [dtype, shape], [tensor.dtype, tensor.shape]);
        const bits = ({ buffer, byteOffset, byteLength }: SafeTensor["data"]) =>
          Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("hex");
        assertEqual(`the bits of ${name}`, bits(data), bits(tensor.data));
      }
      assertEqual("the bytes of a second file", Buffer.compare(bytes, encodeSafetensors(tensors, metadata)), 0);
    }),
};

export const safetensorsTargets = [damagedFile, damagedHeader, roundTrip];
