import { wasm } from "@heed/backend-wasm";
import { cpu, Parameter, tensor, use } from "@heed/tensor";
import { expect, test } from "vitest";
import { twin } from "../testing/twin.js";
import { assertEqualParameters } from "./assert-equal-parameters.js";
import { hashWords } from "./hash.js";

const made = (...values: number[][]): Map<string, Parameter> =>
  new Map(values.map((each, i) => [`layer.${i}`, new Parameter(tensor(each))]));

test.each([
  ["cpu", () => cpu()],
  ["wasm", () => wasm({ threads: 1 })],
  ["a backend without view", () => ({ ...cpu(), view: undefined }) as never],
])("one bit of a parameter is found: %s", async (_, load) => {
  await use(load());
  const ours = made([1, 2, 3], [4, 5], [6]);
  await assertEqualParameters(twin(), ours);
  const theirs = Float32Array.of(4, 5);
  new Int32Array(theirs.buffer)[1]! ^= 1;
  const hash = hashWords(new Int32Array(theirs.buffer));
  const other = twin((values) => values.set([hash, ~hash], 2));
  await expect(assertEqualParameters(other, ours)).rejects.toThrow(
    'All 2 processes must hold the same parameters, but 1 of 3 differ; the first is "layer.1".',
  );
});

test("the hash is MurmurHash3", () => {
  // smhasher's reference values for 4 and 8 bytes, seeds 0 and 1.
  expect(hashWords(Int32Array.of(0)) >>> 0).toBe(0x2362f9de);
  expect(hashWords(new Int32Array(0), 1) >>> 0).toBe(0x514e28b7);
  expect(hashWords(Int32Array.of(0x87654321 | 0)) >>> 0).toBe(0xf55b516b);
  expect(hashWords(Int32Array.of(-1)) >>> 0).toBe(0x76293b50);
});
