import { cpu, tensor, use } from "@heed/tensor";
import { beforeAll, expect, test } from "vitest";
import { makeMask } from "./mask.js";
import { causalMask, paddingMask, windowMask } from "./masks/index.js";

beforeAll(() => use(cpu()));

test("padding lets each sequence attend its own positions", async () => {
  const mask = makeMask(paddingMask, { keys: 4, lengths: tensor(new Int32Array([3, 1])) });
  expect(mask.shape).toEqual([2, 1, 4]);
  expect([...(await mask.data())]).toEqual([1, 1, 1, 0, 1, 0, 0, 0]);
});

test("masks are made where they are needed, whatever backend is in use", async () => {
  const here = await use(cpu());
  const lengths = tensor(new Int32Array([2, 1]));
  await use(cpu());
  const padding = makeMask(paddingMask, { keys: 3, lengths });
  expect(padding.backend).toBe(here);
  expect([...(await padding.data())]).toEqual([1, 1, 0, 1, 0, 0]);
  expect(makeMask(causalMask, { queries: 2, keys: 2, backend: here }).backend).toBe(here);
  expect(makeMask(causalMask, { queries: 2, keys: 2 }).backend).not.toBe(here);
});

test("causal lets each query attend what came before it, and itself", async () => {
  const mask = makeMask(causalMask, { queries: 3, keys: 3 });
  expect(mask.shape).toEqual([1, 3, 3]);
  expect([...(await mask.data())]).toEqual([1, 0, 0, 1, 1, 0, 1, 1, 1]);
  expect([...(await makeMask(causalMask, { queries: 1, keys: 3, start: 2 }).data())]).toEqual([1, 1, 1]);
});

test("a window reaches so many steps to both sides", async () => {
  const mask = makeMask(windowMask, { queries: 3, keys: 4 }, { radius: 1 });
  expect([...(await mask.data())]).toEqual([1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1]);
});

test("a number that a mask does not have is an error", () => {
  expect(() => makeMask(causalMask, { keys: 2 }, { radius: 1 })).toThrow(
    'mask causal has no number "radius". It has none.',
  );
});

test("queries of each sentence may start at a position of their own", async () => {
  const start = tensor(new Float32Array([0, 2])).reshape(2, 1);
  const mask = makeMask(causalMask, { queries: 2, keys: 4, start });
  expect(mask.shape).toEqual([2, 2, 4]);
  expect([...(await mask.data())]).toEqual([1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1]);
});
