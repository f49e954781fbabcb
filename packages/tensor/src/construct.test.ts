import { Random } from "@heed/core";
import { beforeEach, expect, test } from "vitest";
import { construct, cpu, mul, ones, Parameter, randomUniform, scope, type Tensor, use, zeros } from "./index.js";

let buffers: () => number;

beforeEach(async () => {
  const backend = await use(cpu());
  buffers = () => backend.memory().buffers;
});

test("what a failed function created is freed, parameters too", () => {
  const before = buffers();
  expect(() =>
    construct(() => {
      const made = [new Parameter(ones([3])), mul(ones([2]), 2)];
      throw new Error(`no ${made.length}`);
    }),
  ).toThrow("no 2");
  expect(buffers()).toBe(before);
});

test("what a function created stays, or belongs to the scope around it", () => {
  const { parameter, table } = construct(() => ({ parameter: new Parameter(ones([3])), table: zeros([2]) }));
  expect([...parameter.dataSync(), ...table.dataSync()]).toEqual([1, 1, 1, 0, 0]);
  let inner: Tensor | undefined;
  scope(() => {
    inner = construct(() => zeros([2]));
    expect(inner.disposed).toBe(false);
  });
  expect(inner!.disposed).toBe(true);
});

test("a budget ends creation before memory is taken", () => {
  const build = (size: number) =>
    construct(() => [zeros([size]), randomUniform([size, 2], new Random(1))], { maxElements: 30 });
  expect(build(10)).toHaveLength(2);
  expect(() => build(11)).toThrow(
    "randomUniform: a tensor of shape [11, 2] exceeds the elements that may be created here.",
  );
  expect(() => build(1e15)).toThrow("zeros: a tensor of shape [1000000000000000] exceeds");
  // The budget ends with the function.
  expect(zeros([1000]).size).toBe(1000);
});
