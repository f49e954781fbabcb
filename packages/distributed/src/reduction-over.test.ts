import { cpu, keep, memory, Parameter, tensor, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { twin } from "../testing/twin.js";
import { reductionOver } from "./reduction-over.js";
import { singleProcess } from "./single-process.js";

beforeEach(() => use(cpu()));

function parameters(): Map<string, Parameter> {
  const made = new Map(["a", "b", "c"].map((name) => [name, new Parameter(tensor([1, 1]))]));
  made.get("a")!.grad = keep(tensor([1, 2]));
  made.get("b")!.grad = keep(tensor([3, 4]));
  return made;
}

const gradients = (of: ReadonlyMap<string, Parameter>): Promise<unknown[]> =>
  Promise.all([...of.values()].map(async ({ grad }) => grad && [...(await grad.data())]));

test("values and gradients are summed", async () => {
  const reduction = reductionOver(twin());
  expect(reduction.sum([3, 0.1])).toEqual([6, 0.2]);
  const own = parameters();
  const before = memory().buffers;
  await reduction.gradients(own);
  expect(await gradients(own)).toEqual([[2, 4], [6, 8], null]);
  expect(memory().buffers).toBe(before);
  await reduction.gradients(own);
  expect(await gradients(own)).toEqual([[4, 8], [12, 16], null]);
});

test("a gradient that only another process has counts as zeros here", async () => {
  // The calls: a description of the parameters; which gradients there are, with their values.
  const collective = twin((values, call) => {
    if (call === 1) values.set([0, 1, 1, 0, 0, 3, 4, 5, 6]);
  });
  const own = parameters();
  await reductionOver(collective).gradients(own);
  expect(collective.calls[1]!.values).toEqual([1, 1, 0, 1, 2, 3, 4, 0, 0]);
  expect(await gradients(own)).toEqual([
    [1, 2],
    [6, 8],
    [5, 6],
  ]);
});

test("two gradients that share memory are summed once", async () => {
  const own = parameters();
  const shared = tensor([1, 2]);
  own.get("a")!.grad = keep(shared);
  own.get("b")!.grad = keep(shared.reshape(2));
  await reductionOver(twin()).gradients(own);
  expect(await gradients(own)).toEqual([[2, 4], [2, 4], null]);
});

test("processes with other parameters are refused", async () => {
  const collective = twin((values, call) => {
    if (call === 0) values.set([7, ~7]);
  });
  await expect(reductionOver(collective).gradients(parameters())).rejects.toThrow(
    /all 2 processes must have parameters of the same names and shapes in the same order.*process 0 has 3 parameters/,
  );
});

test("an error leaves the gradients as they were", async () => {
  const own = parameters();
  const before = memory();
  const collective = twin((_, call) => {
    if (call === 3) throw new Error("the network");
  });
  await expect(reductionOver(collective, { bucketBytes: 8 }).gradients(own)).rejects.toThrow("the network");
  expect(memory()).toEqual(before);
  expect(await gradients(own)).toEqual([[1, 2], [3, 4], null]);
});

test("parameters that are not trainable do not travel", async () => {
  const own = parameters();
  for (const name of ["b", "c"]) own.get(name)!.trainable = false;
  const collective = twin();
  await reductionOver(collective).gradients(own);
  expect(collective.calls[1]!.values).toEqual([1, 1, 2]);
  expect(await gradients(own)).toEqual([[2, 4], [3, 4], null]);
  for (const parameter of own.values()) parameter.trainable = false;
  await reductionOver(collective).gradients(own);
  expect(await gradients(own)).toEqual([[2, 4], [3, 4], null]);
});

test("one process changes nothing", async () => {
  const own = parameters();
  const reduction = reductionOver(singleProcess());
  const before = own.get("a")!.grad;
  await reduction.gradients(own);
  expect(own.get("a")!.grad).toBe(before);
  expect(reduction.sum([1, 2])).toEqual([1, 2]);
});
