import { wasm } from "@heed/backend-wasm";
import { type Backend, cpu, memory, type Tensor, tensor, use } from "@heed/tensor";
import { describe, expect, test } from "vitest";
import { twin } from "../testing/twin.js";
import { allReduceTensors, broadcastTensors } from "./tensor-collectives.js";

/** A backend whose memory is not on the host. */
function distant(): Backend {
  const { view: _, downloadSync: __, ...rest } = cpu();
  return rest;
}

const backends: readonly [name: string, load: () => Promise<Backend> | Backend][] = [
  ["wasm", () => wasm({ threads: 1 })],
  ["cpu", cpu],
  ["cpu in f64", () => cpu({ precision: "f64" })],
  ["a backend without view", distant],
];

const valuesOf = (tensors: readonly Tensor[]): Promise<number[][]> =>
  Promise.all(tensors.map(async (each) => [...(await each.data())]));

const make = (): Tensor[] => [
  tensor([
    [1, 2],
    [3, 4],
  ]),
  tensor(5),
  tensor([[6], [7]]),
  tensor([8, 9], { dtype: "i32" }),
  tensor(new Float32Array(0), { shape: [0, 3] }),
];

describe.each(backends)("%s", (_, load) => {
  test.each([
    ["one bucket for each dtype", undefined, [7, 2, 0]],
    ["small buckets", 12, [4, 3, 2, 0]],
    ["a bucket for each tensor", 0, [4, 1, 2, 2, 0]],
  ])("sums come back in their shapes: %s", async (__, bucketBytes, lengths) => {
    await use(load());
    const tensors = make();
    const collective = twin();
    const sums = await allReduceTensors(collective, tensors, { bucketBytes: bucketBytes ?? 2 ** 20 });
    expect(await valuesOf(sums)).toEqual([[2, 4, 6, 8], [10], [12, 14], [16, 18], []]);
    expect(sums.map(({ shape, dtype }) => [shape, dtype])).toEqual(tensors.map(({ shape, dtype }) => [shape, dtype]));
    expect(collective.calls.map(({ values }) => values.length)).toEqual(lengths);
    expect(await valuesOf(tensors)).toEqual([[1, 2, 3, 4], [5], [6, 7], [8, 9], []]);
  });

  test("the largest values, and those of another process", async () => {
    await use(load());
    const tensors = make();
    const higher = twin((values) => values.set(values.subarray(0, 1).map((value) => value + 10)));
    const largest = await allReduceTensors(higher, tensors, { operation: "max", bucketBytes: 0 });
    expect(await valuesOf(largest)).toEqual([[11, 2, 3, 4], [15], [16, 7], [18, 9], []]);
    const truth = tensor([true, false]);
    const [given] = await broadcastTensors(
      twin((values) => values.fill(1)),
      [truth],
    );
    expect([given!.dtype, await valuesOf([given!])]).toEqual(["bool", [[1, 1]]]);
  });

  test("results are all that stays, also after an error", async () => {
    await use(load());
    const tensors = make();
    const before = memory();
    for (const result of await allReduceTensors(twin(), tensors, { bucketBytes: 12 })) result.dispose();
    expect(memory()).toEqual(before);
    const lost = twin((_, call) => {
      if (call === 2) throw new Error("the network");
    });
    await expect(allReduceTensors(lost, tensors, { bucketBytes: 12 })).rejects.toThrow("the network");
    expect(memory()).toEqual(before);
  });
});

test("the library works on the memory of WebAssembly itself", async () => {
  const { upload, view } = await use(wasm({ threads: 1 }));
  const own = view!(upload(Float32Array.of(0), "f32")).buffer;
  const collective = twin();
  await allReduceTensors(collective, make());
  expect(collective.calls.slice(0, 2).map(({ array }) => array.buffer === own)).toEqual([true, true]);
});

test("tensors of several backends stay there", async () => {
  const [one, other] = [cpu(), cpu({ precision: "f64" })];
  const tensors = [tensor([1], { backend: one }), tensor([2], { backend: other }), tensor([3], { backend: other })];
  const sums = await allReduceTensors(twin(), tensors);
  expect(sums.map(({ backend }) => backend)).toEqual([one, other, other]);
  expect(await valuesOf(sums)).toEqual([[2], [4], [6]]);
});

test("truth values have no sum", async () => {
  await use(cpu());
  await expect(allReduceTensors(twin(), [tensor([true])])).rejects.toThrow(
    "tensors must be f32 or i32, got Tensor [1] bool. Cast truth values to i32.",
  );
});
