import { cpu, tensor, use } from "@heed/tensor";
import { beforeAll, expect, test } from "vitest";
import { makeMask } from "./mask.js";
import { causalMask, paddingMask, windowMask } from "./masks/index.js";

beforeAll(() => use(cpu()));

test("padding allows the positions of each sequence", async () => {
  const mask = makeMask(paddingMask, { keys: 4, lengths: tensor(new Int32Array([3, 1])) });
  expect(mask.shape).toEqual([2, 1, 4]);
  expect([...(await mask.data())]).toEqual([1, 1, 1, 0, 1, 0, 0, 0]);
});

test("masks are created on the backend of the lengths, not on the one in use", async () => {
  const here = await use(cpu());
  const lengths = tensor(new Int32Array([2, 1]));
  await use(cpu());
  const padding = makeMask(paddingMask, { keys: 3, lengths });
  expect(padding.backend).toBe(here);
  expect([...(await padding.data())]).toEqual([1, 1, 0, 1, 0, 0]);
  expect(makeMask(causalMask, { queries: 2, keys: 2, backend: here }).backend).toBe(here);
  expect(makeMask(causalMask, { queries: 2, keys: 2 }).backend).not.toBe(here);
});

test("causal allows earlier positions and the query's own", async () => {
  const mask = makeMask(causalMask, { queries: 3, keys: 3 });
  expect(mask.shape).toEqual([1, 3, 3]);
  expect([...(await mask.data())]).toEqual([1, 0, 0, 1, 1, 0, 1, 1, 1]);
  expect([...(await makeMask(causalMask, { queries: 1, keys: 3, start: 2 }).data())]).toEqual([1, 1, 1]);
});

test("a window reaches `radius` steps to both sides", async () => {
  const mask = makeMask(windowMask, { queries: 3, keys: 4 }, { radius: 1 });
  expect([...(await mask.data())]).toEqual([1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1]);
});

test("an option that a mask does not have is an error", () => {
  expect(() => makeMask(causalMask, { keys: 2 }, { radius: 1 })).toThrow(
    'mask causal has no option "radius". It has none.',
  );
});

test("queries of each sentence may start at different positions", async () => {
  const start = tensor(new Float32Array([0, 2])).reshape(2, 1);
  const mask = makeMask(causalMask, { queries: 2, keys: 4, start });
  expect(mask.shape).toEqual([2, 2, 4]);
  expect([...(await mask.data())]).toEqual([1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1]);
});
