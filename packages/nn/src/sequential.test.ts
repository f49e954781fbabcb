import { Random } from "@heed/core";
import { cpu, relu, use, zeros } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { Conv1d, Dropout, Linear, Module, Sequential } from "./index.js";

beforeEach(async () => {
  await use(cpu());
});

const random = new Random(1);
const linear = () => new Linear({ inFeatures: 2, outFeatures: 2, random });

test("Sequential names parameters by position, also inside of another one, and reaches every module", () => {
  const model = new Sequential(linear(), relu, new Sequential(new Dropout({ probability: 0.5, random }), linear()));
  expect([...model.parameters().keys()]).toEqual(["0.weight", "0.bias", "2.1.weight", "2.1.bias"]);
  model.eval();
  expect([...model.modules().values()].some(({ training }) => training)).toBe(false);
  expect(model.forward(zeros([3, 2])).shape).toEqual([3, 2]);
});

test("an empty Sequential returns its input", () => {
  const x = zeros([2]);
  expect(new Sequential().forward(x)).toBe(x);
});

test("Sequential refuses what it cannot apply", () => {
  class Nothing extends Module {}
  const make = (item: unknown) => () => new Sequential(linear(), item as Linear);
  expect(make([linear()])).toThrow(
    "item 1 must be a module with forward(), or a function, got an array; pass the items",
  );
  expect(make(new Nothing())).toThrow("got Nothing, which has no forward()");
  expect(make(null)).toThrow("got null");
});

test("Conv1d refuses options that do not fit each other", () => {
  const sizes = { inChannels: 4, outChannels: 6, kernelSize: 3, random };
  expect(() => new Conv1d({ ...sizes, groups: 4 })).toThrow("divisible by groups, got 4, 6 and 4");
  expect(() => new Conv1d({ ...sizes, padding: "same", stride: 2 })).toThrow('"same" needs stride 1');
  expect(() => new Conv1d({ ...sizes, padding: -1 })).toThrow("padding must be an integer");
  expect(() => new Conv1d({ ...sizes, kernelSize: 0 })).toThrow("Conv1d: kernelSize must be");
  expect(new Conv1d({ ...sizes, bias: false }).bias).toBeNull();
});
