import { expect, test } from "vitest";
import { decodeSafetensors } from "./decode-safetensors.js";
import { encodeSafetensors } from "./encode-safetensors.js";
import type { SafeTensor } from "./safe-tensor.js";

// Written by Python's safetensors 0.8.0 with numpy 2.4.6, from the values below.
const REFERENCE = [
  "QAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCLtgbAg7KCV7IiYIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsyXSwiZGF0",
  "YV9vZmZzZXRzIjpbMCwxNl19LCJkb3VibGUiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOlsxNiwyNF19LCJlbXB0",
  "eSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCw0XSwiZGF0YV9vZmZzZXRzIjpbMjQsMjRdfSwic2NhbGFyIjp7ImR0eXBlIjoiRjMyIiwic2hh",
  "cGUiOltdLCJkYXRhX29mZnNldHMiOlsyNCwyOF19LCJ3ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsM10sImRhdGFfb2Zmc2V0cyI6",
  "WzI4LDUyXX0sImlkcyI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbMiwxXSwiZGF0YV9vZmZzZXRzIjpbNTIsNjBdfSwiX19wcm90b19fIjp7ImR0",
  "eXBlIjoiVTgiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOls2MCw2MV19LCJieXRlcyI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOlsyXSwiZGF0",
  "YV9vZmZzZXRzIjpbNjEsNjNdfSwibWFzayI6eyJkdHlwZSI6IkJPT0wiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOls2Myw2Nl19fSD/////",
  "/////wAAAAAAAABAmpmZmZmZuT8AAChCAAAAAAAAwL/msWF/AACAfwEAAADNzMw9BwAAAAAAAIAJAP8BAAE=",
].join("");
const HALVES = [
  "eAAAAAAAAAB7ImJyYWluIjp7ImR0eXBlIjoiQkYxNiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzAsNl19LCJoYWxmIjp7ImR0eXBlIjoi",
  "RjE2Iiwic2hhcGUiOls0XSwiZGF0YV9vZmZzZXRzIjpbNiwxNF19fSAgICDAP0DAgHEAPv/7AQAAfA==",
].join("");

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

const tensors = new Map<string, SafeTensor>([
  [
    "weight",
    { dtype: "F32", shape: [2, 3], data: Float32Array.of(0, -1.5, 3e38, Number.POSITIVE_INFINITY, 1e-45, 0.1) },
  ],
  ["double", { dtype: "F64", shape: [1], data: Float64Array.of(0.1) }],
  ["큰 정수", { dtype: "I64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) }],
  ["ids", { dtype: "I32", shape: [2, 1], data: Int32Array.of(7, -(2 ** 31)) }],
  ["mask", { dtype: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ["bytes", { dtype: "U8", shape: [2], data: Uint8Array.of(0, 255) }],
  ["scalar", { dtype: "F32", shape: [], data: Float32Array.of(42) }],
  ["empty", { dtype: "F32", shape: [0, 4], data: new Float32Array(0) }],
  ["__proto__", { dtype: "U8", shape: [1], data: Uint8Array.of(9) }],
]);

test("reads what the reference implementation wrote", () => {
  const file = decodeSafetensors(bytesOf(REFERENCE));
  expect(file.metadata).toEqual({ format: "pt" });
  expect(file.tensors).toEqual(tensors);
});

test("writes the reference implementation's bytes", () => {
  expect(encodeSafetensors(tensors, { format: "pt" })).toEqual(bytesOf(REFERENCE));
});

test("reads F16 and BF16 of the reference implementation as F32", () => {
  const file = decodeSafetensors(bytesOf(HALVES));
  expect(file.tensors.get("half")).toEqual({
    dtype: "F32",
    shape: [4],
    data: Float32Array.of(1.5, -65504, 2 ** -24, Number.POSITIVE_INFINITY),
  });
  expect(file.tensors.get("brain")).toEqual({ dtype: "F32", shape: [3], data: Float32Array.of(1.5, -3, 2 ** 100) });
});
