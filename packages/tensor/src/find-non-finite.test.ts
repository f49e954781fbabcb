import { beforeEach, expect, test } from "vitest";
import {
  areFinite,
  cpu,
  div,
  exp,
  findNonFinite,
  log,
  memory,
  mul,
  Parameter,
  scope,
  softmax,
  sqrt,
  sub,
  sum,
  tensor,
  unstack,
  use,
  where,
} from "./index.js";

beforeEach(() => use(cpu()));

const find = (fn: () => void) => findNonFinite(() => scope(fn));

test("finds the first operation whose result is not finite", async () => {
  const x = tensor([1, 2, 200]);
  expect(await find(() => void sum(mul(log(exp(x)), 2)))).toEqual({ op: "exp", gradient: false, shape: [3] });
  expect(await find(() => void div(sub(x, x), sub(x, x)))).toMatchObject({ op: "div" });
});

test("finds a gradient that is not finite although the loss is", async () => {
  const x = new Parameter(tensor([0, 4]));
  expect(await find(() => sum(sqrt(x)).backward())).toEqual({ op: "sqrt", gradient: true, shape: [2] });
  x.zeroGrad();
});

test("an argument that is not finite is not the fault of the operation", async () => {
  const x = tensor([1, Number.NaN]);
  expect(await find(() => void mul(x, 2))).toBeNull();
  // A masked score of −∞ is fine.
  const scores = where(tensor([true, false]), tensor([1, 2]), tensor([Number.NEGATIVE_INFINITY]));
  expect(await find(() => void softmax(scores, { axis: -1 }))).toBeNull();
  const parameter = new Parameter(tensor([1, 2]));
  expect(await find(() => sum(mul(parameter, x)).backward())).toBeNull();
  expect(await find(() => sum(unstack(mul(parameter, x), { axis: 0 })[1]!).backward())).toBeNull();
  parameter.zeroGrad();
});

test("waits for asynchronous functions, frees everything and refuses two searches at once", async () => {
  const x = tensor([-1]);
  const before = memory().buffers;
  const searching = findNonFinite(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    scope(() => void log(x));
  });
  await expect(findNonFinite(() => undefined)).rejects.toThrow("already running");
  expect(await searching).toMatchObject({ op: "log", shape: [1] });
  expect(memory().buffers).toBe(before);
  await expect(findNonFinite(() => Promise.reject(new Error("stop")))).rejects.toThrow("stop");
  expect(await find(() => void exp(x))).toBeNull();
});

test("areFinite checks every value", async () => {
  expect(await areFinite([tensor([1, 2]), tensor(3)])).toBe(true);
  expect(await areFinite([tensor([1, 2]), tensor([1, Number.POSITIVE_INFINITY])])).toBe(false);
});
