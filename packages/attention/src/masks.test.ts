import { cpu, tensor, use } from "@heed/tensor";
import { beforeAll, expect, test } from "vitest";
import { causalMask, paddingMask } from "./masks.js";

beforeAll(() => use(cpu()));

test("paddingMask lets each sequence attend its own positions", async () => {
  const mask = paddingMask(tensor(new Int32Array([3, 1])), 4);
  expect(mask.shape).toEqual([2, 1, 4]);
  expect([...(await mask.data())]).toEqual([1, 1, 1, 0, 1, 0, 0, 0]);
});

test("masks are made where they are needed, whatever backend is in use", async () => {
  const here = await use(cpu());
  const lengths = tensor(new Int32Array([2, 1]));
  await use(cpu());
  const padding = paddingMask(lengths, 3);
  expect(padding.backend).toBe(here);
  expect([...(await padding.data())]).toEqual([1, 1, 0, 1, 0, 0]);
  expect(causalMask(2, 2, here).backend).toBe(here);
  expect(causalMask(2).backend).not.toBe(here);
});

test("causalMask lets each query attend what came before it, and itself", async () => {
  expect([...(await causalMask(3).data())]).toEqual([1, 0, 0, 1, 1, 0, 1, 1, 1]);
  expect([...(await causalMask(1, 3).data())]).toEqual([1, 1, 1]);
});
