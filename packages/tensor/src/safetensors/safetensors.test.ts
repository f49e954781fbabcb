import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSafetensors, widenBF16, widenF16 } from "./decode-safetensors.js";
import { encodeSafetensors } from "./encode-safetensors.js";
import { ARRAYS, type SafeDType, type SafeTensor, SafetensorsError, swapToMachineOrder } from "./safe-tensor.js";

const one: SafeTensor = { dtype: "F32", shape: [1], data: Float32Array.of(1) };

const name = fc.oneof(
  fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__"),
  fc.constantFrom("__proto__", "constructor", "", "0", "인코더.가중치", '"\\\n\u0000'),
);
const tensor: fc.Arbitrary<SafeTensor> = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(ARRAYS) as SafeDType[])),
    shape: fc.array(fc.nat({ max: 4 }), { maxLength: 4 }),
    seed: fc.nat({ max: 255 }),
  })
  .map(({ dtype, shape, seed }) => {
    const size = shape.reduce((product, axis) => product * axis, ARRAYS[dtype].BYTES_PER_ELEMENT);
    const bytes = Uint8Array.from({ length: size }, (_, i) =>
      dtype === "BOOL" ? (i + seed) % 2 : (i * 37 + seed) % 127,
    );
    return { dtype, shape, data: new ARRAYS[dtype](bytes.buffer) } as SafeTensor;
  });
const tensorMap = fc.array(fc.tuple(name, tensor), { maxLength: 6 }).map((entries) => new Map(entries));
const metadata = fc.dictionary(name, fc.string({ unit: "grapheme" }), { noNullPrototype: true });

describe("round trip", () => {
  test("gives back every tensor and all metadata, also from unaligned bytes", () => {
    fc.assert(
      fc.property(tensorMap, metadata, fc.nat({ max: 9 }), (tensors, notes, offset) => {
        const bytes = encodeSafetensors(tensors, notes);
        const padded = new Uint8Array(bytes.length + offset + 3);
        padded.set(bytes, offset);
        const file = decodeSafetensors(padded.subarray(offset, offset + bytes.length));
        expect(file.tensors).toEqual(tensors);
        expect(Object.entries(file.metadata).sort()).toEqual(Object.entries(notes).sort());
      }),
    );
  });

  test("does not depend on the order of the tensors, and keeps every tensor aligned", () => {
    fc.assert(
      fc.property(tensorMap, (tensors) => {
        const bytes = encodeSafetensors(tensors);
        expect(encodeSafetensors(new Map([...tensors].reverse()))).toEqual(bytes);
        const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(headerLength % 8).toBe(0);
        const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
        for (const [key, { data }] of tensors) {
          expect(header[key].data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0);
        }
      }),
    );
  });

  test("takes a record as well as a map, and views into larger arrays", () => {
    const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = decodeSafetensors(encodeSafetensors({ 가: { dtype: "F32", shape: [2], data: view } }));
    expect(file.tensors.get("가")?.data).toEqual(Float32Array.of(1, 2));
    expect(decodeSafetensors(encodeSafetensors({})).tensors.size).toBe(0);
  });

  test("copies: later changes of the bytes, a Buffer's too, do not reach the tensors", () => {
    const bytes = Buffer.from(encodeSafetensors({ one }));
    const { tensors } = decodeSafetensors(bytes);
    bytes.fill(255);
    expect(tensors.get("one")).toEqual(one);
  });
});

describe("writing refuses", () => {
  const cases: [string, unknown, RegExp, Record<string, unknown>?][] = [
    ["the reserved name", { __metadata__: one }, /cannot be named "__metadata__"/],
    ["a name that is not Unicode text", { "\ud800": one }, /lone surrogate/],
    [
      "an unknown dtype",
      { x: { ...one, dtype: "F16" } },
      /"x": cannot write dtype F16, expected one of U64 I64 F64 F32/,
    ],
    ["an inherited name as dtype", { x: { ...one, dtype: "toString" } }, /cannot write dtype toString/],
    [
      "another array type",
      { x: { ...one, dtype: "I32" } },
      /dtype I32 is written from a Int32Array, got .*Float32Array/,
    ],
    ["too few values", { x: { ...one, shape: [2, 3] } }, /shape \[2, 3\] holds 6 values, got 1/],
    ["a fractional axis", { x: { ...one, shape: [0.5] } }, /axis 0 of its shape must be a non-negative integer.*0\.5/],
    ["a BOOL of 2", { x: { dtype: "BOOL", shape: [2], data: Uint8Array.of(1, 2) } }, /element 1 is 2/],
    ["metadata that is not a string", {}, /metadata "epoch" must be a string, got number/, { epoch: 3 }],
    ["metadata that is not Unicode text", {}, /metadata "x" has a lone surrogate/, { x: "\udc00" }],
    ["a header above the limit", {}, /limit is 100000000/, { x: "x".repeat(100_000_000) }],
  ];
  test.each(cases)("%s", (_, tensors, message, notes = {}) => {
    const write = () => encodeSafetensors(tensors as Record<string, SafeTensor>, notes as Record<string, string>);
    expect(write).toThrow(SafetensorsError);
    expect(write).toThrow(message);
  });
});

/** A file from a header as text or bytes, whatever it says, and a buffer of so many zeros. */
function fileOf(header: string | Uint8Array, bufferLength = 0, claimed?: bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + bufferLength);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const x = (shape: string, offsets: string, dtype = '"F32"') =>
  `{"x":{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}}`;
const two = (a: string, b: string) =>
  `{"a":{"dtype":"U8","shape":[4],"data_offsets":${a}},"b":{"dtype":"U8","shape":[4],"data_offsets":${b}}}`;

describe("reading refuses", () => {
  const good = fileOf(x("[2]", "[0,8]"), 8);
  const cases: [string, Uint8Array, RegExp][] = [
    ["an empty file", new Uint8Array(0), /8 bytes of header length, got 0 bytes/],
    ["a file cut in its header length", good.subarray(0, 7), /got 7 bytes/],
    [
      "a file cut in its header",
      good.subarray(0, 30),
      /the header claims \d+ bytes, 22 are there: the file is truncated/,
    ],
    ["a file cut in its values", good.subarray(0, -1), /"x" ends at byte 8, the buffer has 7: the file is truncated/],
    ["a header length of 2^63", fileOf("{}", 0, 2n ** 63n), /claims 9223372036854775808 bytes, the format's limit/],
    [
      "a header length just above the limit",
      fileOf("{}", 0, 100_000_001n),
      /claims 100000001 bytes, the format's limit/,
    ],
    ["a header length beyond the file", fileOf("{}", 0, 3n), /claims 3 bytes, 2 are there/],
    ["an empty header", fileOf("", 4), /must begin with "\{"/],
    ["a header that is an array", fileOf("[]"), /must begin with "\{"/],
    ["a header behind a byte order mark", fileOf("\ufeff{}"), /must begin with "\{"/],
    ["a header that is not JSON", fileOf('{"x":}'), /not JSON/],
    ["an open string", fileOf('{"x'), /not JSON/],
    ["text behind the header's object", fileOf("{} {}"), /not JSON/],
    ["zeros as padding", fileOf("{}\0\0"), /not JSON/],
    ["a header that is not UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22)), /not UTF-8/],
    ["duplicate names", fileOf(`{"x":{},"y":{},"x":{}}`), /key "x" twice/],
    ["duplicate names, one escaped", fileOf(`{"x":{},"\\u0078" \n:{}}`), /key "x" twice/],
    ["duplicate fields", fileOf(`{"x":{"dtype":"U8","shape":[],"dtype":"F32","data_offsets":[0,4]}}`), /"dtype" twice/],
    ["duplicate metadata", fileOf(`{"__metadata__":{"a":"1","a":"2"}}`), /key "a" twice/],
    ["nesting of a million levels", fileOf(`{"x":${"[".repeat(1e6)}${"]".repeat(1e6)}}`), /deeper than 3 levels/],
    ["a tensor that is no object", fileOf('{"x":[1]}'), /"x": expected exactly dtype, shape and data_offsets/],
    ["a tensor that is null", fileOf('{"x":null}'), /expected exactly/],
    ["a missing field", fileOf('{"x":{"dtype":"F32","shape":[]}}'), /expected exactly/],
    ["an unknown field", fileOf('{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"y":1}}'), /expected exactly/],
    ["an unknown dtype", fileOf(x("[1]", "[0,4]", '"F31"'), 4), /cannot read dtype F31, expected one of .*F32.*BF16/],
    ["an inherited name as dtype", fileOf(x("[1]", "[0,4]", '"constructor"'), 4), /cannot read dtype constructor/],
    ["a dtype that cannot become a string", fileOf(x("[]", "[0,4]", '{"toString":1}'), 4), /cannot read dtype/],
    ["a shape that is no array", fileOf(x("2", "[0,8]"), 8), /shape must be an array/],
    ["a negative axis", fileOf(x("[-2]", "[0,8]"), 8), /axis 0 .* non-negative integer below 2\^53, got -2/],
    ["a negative zero", fileOf(x("[2,-0]", "[0,0]")), /axis 1 .* non-negative integer/],
    ["two negative axes", fileOf(x("[-2,-1]", "[0,8]"), 8), /axis 0 .* got -2/],
    ["a fractional axis", fileOf(x("[4,0.5]", "[0,8]"), 8), /axis 1 .* got 0\.5/],
    ["an axis that is text", fileOf(x('["2"]', "[0,8]"), 8), /axis 0 .* got 2/],
    ["an axis above 2^53", fileOf(x("[9007199254740993]", "[0,8]"), 8), /axis 0 .* below 2\^53/],
    ["an axis of 1e400", fileOf(x("[1e400]", "[0,8]"), 8), /axis 0 .* got Infinity/],
    ["a product above 2^53", fileOf(x("[4294967296,4294967296]", "[0,0]")), /more than 2\^53 bytes.* axis 1/],
    ["a product above 2^53, then 0", fileOf(x("[4294967296,4294967296,0]", "[0,0]")), /more than 2\^53 bytes/],
    [
      "a huge shape",
      fileOf(x("[1000000000000]", "[0,4000000000000]"), 8),
      /ends at byte 4000000000000, the buffer has 8/,
    ],
    ["a shape larger than its bytes", fileOf(x("[3]", "[0,8]"), 8), /F32 \[3\] takes 12 bytes.*\[0, 8\] hold 8/],
    ["reversed offsets", fileOf(x("[2]", "[8,0]"), 8), /data_offsets \[8, 0\] hold -8/],
    ["one offset", fileOf(x("[2]", "[8]"), 8), /two non-negative integers/],
    ["a negative offset", fileOf(x("[2]", "[-8,0]"), 8), /two non-negative integers/],
    ["a fractional offset", fileOf(x("[2]", "[0.5,8.5]"), 8), /two non-negative integers/],
    ["offsets beyond the buffer", fileOf(x("[2]", "[8,16]"), 8), /ends at byte 16, the buffer has 8/],
    [
      "overlapping tensors",
      fileOf(two("[0,4]", "[3,7]"), 7),
      /"b" starts at byte 3, expected 4: it overlaps with tensor "a"/,
    ],
    ["two tensors on the same bytes", fileOf(two("[0,4]", "[0,4]"), 4), /overlaps/],
    [
      "a hole between tensors",
      fileOf(two("[5,9]", "[0,4]"), 9),
      /"a" starts at byte 5, expected 4: it leaves a hole behind/,
    ],
    ["a hole at the start", fileOf(x("[1]", "[4,8]"), 8), /hole behind the start of the buffer/],
    ["trailing bytes", fileOf(x("[1]", "[0,4]"), 7), /3 trailing bytes behind tensor "x"/],
    ["bytes without any tensor", fileOf("{}", 1), /1 trailing bytes/],
    ["metadata that is no object", fileOf('{"__metadata__":"pt"}'), /__metadata__ must be an object/],
    [
      "metadata that is not strings",
      fileOf('{"__metadata__":{"epoch":3}}'),
      /metadata "epoch" must be a string, got 3/,
    ],
    ["metadata that cannot become a string", fileOf('{"__metadata__":{"a":{"toString":1}}}'), /metadata "a" must be/],
    ["a name that is not Unicode text", fileOf('{"\\ud800":{}}'), /lone surrogate/],
    ["a long name, cut in the message", fileOf(`{"${"x".repeat(999)}":{}}`), /"x{80}…": expected/],
  ];
  test.each(cases)("%s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  test("a BOOL that is neither 0 nor 1", () => {
    const bytes = fileOf(x("[3]", "[0,3]", '"BOOL"'), 3);
    bytes[bytes.length - 1] = 2;
    expect(() => decodeSafetensors(bytes)).toThrow(/a BOOL is 0 or 1, element 2 is 2/);
  });

  test("nothing that is sound: any JSON whitespace, and empty tensors between others", () => {
    const empty = '"e":{"dtype":"F64","shape":[3,0],"data_offsets":[4,4]}';
    const bytes = fileOf(`{ "x" : {"shape":[1,1],\n"data_offsets":[0,4],\t"dtype":"F32"},${empty}}  \n`, 4);
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(["x", "e"]);
  });

  test("`__proto__` only as what it is, a name", () => {
    const bytes = fileOf('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1);
    const { tensors, metadata: none } = decodeSafetensors(bytes);
    expect(tensors.get("__proto__")).toEqual({ dtype: "U8", shape: [1], data: Uint8Array.of(0) });
    expect(none).toEqual({});
    expect(Object.hasOwn(Object.prototype, "dtype")).toBe(false);
  });
});

test("any damage gives a SafetensorsError or tensors of the right size", () => {
  const sound = encodeSafetensors(
    {
      "a.b": { dtype: "F32", shape: [2, 3], data: new Float32Array(6) },
      가: { dtype: "BOOL", shape: [4], data: new Uint8Array(4) },
    },
    { format: "pt" },
  );
  const edit = fc.record({ at: fc.nat({ max: sound.length - 1 }), byte: fc.nat({ max: 255 }) });
  const digits = fc.record({
    at: fc.nat({ max: sound.length - 1 }),
    byte: fc.constantFrom(...new TextEncoder().encode('0123456789-.e,[]{}"')),
  });
  let decoded = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(fc.oneof(edit, digits), { minLength: 1, maxLength: 4 }), fc.nat({ max: 20 }), (edits, cut) => {
      const bytes = sound.slice(0, cut > 10 ? sound.length - cut + 10 : sound.length);
      for (const { at, byte } of edits) if (at < bytes.length) bytes[at] = byte;
      try {
        for (const { shape, data } of decodeSafetensors(bytes).tensors.values()) {
          expect(data.length).toBe(shape.reduce((product, axis) => product * axis, 1));
        }
        decoded++;
      } catch (error) {
        expect(error).toBeInstanceOf(SafetensorsError);
        refused++;
      }
    }),
    { numRuns: 5000 },
  );
  expect(Math.min(decoded, refused)).toBeGreaterThan(100); // both happen, or the test shows nothing
});

test("every F16 and BF16 widens to its value", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const halves = widenF16(bits);
  const view = new DataView(new ArrayBuffer(4));
  const brains = widenBF16(bits);
  for (const i of bits) {
    view.setUint32(0, i * 65536);
    expect(Object.is(brains[i], view.getFloat32(0))).toBe(true);
    // Among halves of one sign, the bits order the values; neighbours differ by 2^(exponent - 25), at least 2^-24.
    if ((i & 0x7fff) < 0x7c00) {
      const step = halves[i + 1]! - halves[i]!;
      expect(Math.abs(step)).toBe(
        (i & 0x7fff) === 0x7bff ? Number.POSITIVE_INFINITY : 2 ** (Math.max(1, (i >> 10) & 31) - 25),
      );
    }
  }
  expect([halves[0x3c00], halves[0xc000], halves[0x7c00], halves[0xfc00]]).toEqual([1, -2, 1 / 0, -1 / 0]);
  expect(Object.is(halves[0x8000], -0)).toBe(true);
  expect(halves[0x7e00]).toBeNaN();
});

test("a big-endian machine swaps the bytes of each element", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  swapToMachineOrder(bytes, 4, false);
  expect([...bytes]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
  swapToMachineOrder(bytes, 4, true);
  swapToMachineOrder(bytes, 1, false);
  expect([...bytes]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
});
