import { Random } from "@heed/core";
import { cpu, Draw, type Tensor, tensor, use, zeros } from "@heed/tensor";
import { beforeAll, expect, test } from "vitest";
import { Attention } from "./attention.js";
import { defineMask, makeMask } from "./mask.js";
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

test.each<[name: string, result: () => unknown, message: string]>([
  ["no tensor", () => null, "mask mine: allow must return a bool tensor (true = may attend), got null."],
  ["numbers", () => zeros([1, 2, 4]), "mask mine: allow must return a bool tensor (true = may attend), got f32."],
  ["a promise", async () => 1, "got a promise."],
  [
    "another number of keys",
    () => tensor([true, false, true]),
    "must return [b, q, k] = [b, 2, 4], where a size may be 1, got [3].",
  ],
  [
    "another number of queries",
    () => tensor([[true], [true], [true]]),
    "= [b, 2, 4], where a size may be 1, got [3, 1].",
  ],
  ["another axis", () => tensor([[[[true]]]]), "got [1, 1, 1, 1]."],
])("a rule that returns %s is refused, and the error names the mask", (_, result, message) => {
  const mine = defineMask({ name: "mine", summary: "wrong", allow: result as () => Tensor });
  expect(() => makeMask(mine, { queries: 2, keys: 4 })).toThrow(message);
  const attention = new Attention({
    scorer: "dot",
    querySize: 3,
    keySize: 3,
    masks: [{ mask: mine }],
    random: new Random(1),
  });
  const { randn } = new Draw(1);
  expect(() => attention.forward(randn(1, 2, 3), attention.prepare(randn(1, 4, 3)))).toThrow(message);
});
