import { beforeEach, describe, expect, test } from "vitest";
import {
  add,
  BackendError,
  cpu,
  DTypeError,
  GradientError,
  matmul,
  mul,
  noGrad,
  Parameter,
  ShapeError,
  scope,
  sum,
  tensor,
  unstack,
  use,
  valueAndGrad,
} from "./index.js";

beforeEach(() => use(cpu()));

const parameter = (...values: number[]): Parameter => new Parameter(tensor(values));

describe("backward", () => {
  test("adds to the gradients of every parameter, over several calls", async () => {
    const a = parameter(2, 3);
    const b = parameter(5, 7);
    for (let i = 0; i < 2; i++) scope(() => sum(mul(a, b)).backward());
    expect([...(await a.grad!.data())]).toEqual([10, 14]);
    expect([...(await b.grad!.data())]).toEqual([4, 6]);
  });

  test("adds up all the ways in which a parameter is used", async () => {
    const a = parameter(3);
    scope(() => {
      const square = mul(a, a);
      sum(add(square, mul(square, a))).backward(); // a² + a³
    });
    expect(await a.grad!.item()).toBe(2 * 3 + 3 * 9);
  });

  test("gives two parameters that are sent the same cotangent a gradient each", async () => {
    const [a, b] = [parameter(1), parameter(2)];
    scope(() => sum(add(a, b)).backward());
    a.zeroGrad();
    expect(await b.grad!.item()).toBe(1);
  });

  test("goes by the value that a parameter had, not by a later update", async () => {
    const a = parameter(3);
    scope(() => {
      const loss = sum(mul(a, a));
      a.assign(tensor([100]));
      loss.backward();
    });
    expect(await a.grad!.item()).toBe(6);
  });

  test("passes by frozen parameters", () => {
    const [a, b] = [parameter(1), parameter(2)];
    a.trainable = false;
    scope(() => sum(mul(a, b)).backward());
    expect(a.grad).toBeNull();
    expect(b.grad).not.toBeNull();
  });

  test("reaches a part of several results", async () => {
    const a = parameter(1, 2, 3);
    scope(() => {
      const [, second] = unstack(a, { axis: 0 });
      mul(second!, 5).backward();
    });
    expect([...(await a.grad!.data())]).toEqual([0, 5, 0]);
  });

  test("refuses what has no gradient, and says why", () => {
    const a = parameter(1, 2);
    expect(() => mul(a, a).backward()).toThrow("backward() needs a scalar loss; this tensor has shape [2].");
    expect(() => sum(tensor([1])).backward()).toThrow(GradientError);
    expect(() => noGrad(() => sum(a)).backward()).toThrow(/under noGrad/);
    const loss = scope(() => sum(mul(a, a)));
    expect(() => loss.backward()).toThrow(/call backward\(\) inside the scope/);
  });
});

test("valueAndGrad leaves the parameters' own gradients alone", async () => {
  const [a, unused] = [parameter(2), parameter(1)];
  const { value, gradients } = valueAndGrad(() => sum(mul(a, a)), [a, unused]);
  expect([await value.item(), await gradients[0]!.item(), gradients[1], a.grad]).toEqual([4, 4, null, null]);
});

describe("errors name the operation, the axis, what was expected and what came", () => {
  test.each([
    [
      () => add(tensor([1, 2]), tensor([1, 2, 3])),
      ShapeError,
      "add: [2] and [3] do not broadcast: axis -1 is 2 in one and 3 in the other",
    ],
    [
      () => matmul(tensor([[1, 2]]), tensor([[1, 2]])),
      ShapeError,
      "matmul: the inner sizes differ, 2 and 1: a [1, 2] by b [1, 2].",
    ],
    [() => matmul(tensor([1]), tensor([[1]])), ShapeError, "matmul: a [1] has 1 axes instead of 2 or more"],
    [() => sum(tensor([1]), { axis: 1 }), ShapeError, "sum: axis 1 is outside of a tensor with 1 axes"],
    [() => add(tensor([1]), tensor(new Int32Array([1]))), DTypeError, "add: a is f32 and b is i32; use cast()"],
    [() => tensor([[1, 2], [3]]), ShapeError, "tensor: a row at depth 1 has 1 entries; the first one has 2."],
    [() => tensor([1, 2], { shape: [3] }), ShapeError, "tensor: shape [3] needs 3 values, but 2 came."],
    [() => tensor([1.5], { dtype: "i32" }), DTypeError, "tensor: 1.5 at index 0 is not a 32-bit integer."],
    [() => tensor([1, 2, 3]).reshape(2, -1), ShapeError, "reshape: [3] has 3 elements, which do not fill [2, -1]."],
  ] as const)("%s", (call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });

  test("tensors of two backends do not mix", async () => {
    const here = tensor([1]);
    await use(cpu());
    expect(() => add(here, tensor([1]))).toThrow(BackendError);
  });
});
