import { ArgumentError } from "@heed/core";
import { beforeEach, describe, expect, test } from "vitest";
import {
  add,
  argmax,
  type Backend,
  BackendError,
  composite,
  cpu,
  DTypeError,
  detach,
  type FusedImplementation,
  full,
  fuse,
  GradientError,
  keep,
  LifetimeError,
  logSumExp,
  maskedSoftmax,
  matmul,
  maximum,
  mean,
  memory,
  minimum,
  mul,
  noGrad,
  type Op,
  type Operand,
  Parameter,
  pad,
  pow,
  ShapeError,
  scope,
  softmax,
  sum,
  type Tensor,
  tensor,
  unstack,
  use,
  valueAndGrad,
  where,
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

  test("keep(), dispose() and an inner scope do not cut the graph", async () => {
    const w = parameter(2);
    scope(() => {
      const h = mul(w, w);
      const loss = sum(mul(h, 3));
      keep(h);
      loss.backward();
      expect(h.tracked).toBe(true);
      h.dispose();
    });
    scope(() => {
      const h = mul(w, 1);
      const loss = sum(h);
      h.dispose();
      loss.backward();
    });
    scope(() => sum(scope(() => mul(w, 5))).backward());
    expect(await w.grad!.item()).toBe(12 + 1 + 5);
  });

  test("says so when a value that a gradient needs was freed, or a graph has gone with its scope", () => {
    const w = parameter(2);
    scope(() => {
      const h = mul(w, w);
      const loss = sum(mul(h, h));
      h.dispose();
      expect(() => loss.backward()).toThrow(LifetimeError);
    });
    const left = scope(() => mul(w, w));
    expect(() => mul(left, w)).toThrow(/mul: an argument comes from a scope that has ended/);
    expect(mul(detach(left), w).tracked).toBe(true);
  });

  test("sends the gradient at a tie to the first argument alone", async () => {
    for (const op of [maximum, minimum]) {
      const [a, b] = [parameter(1), parameter(1)];
      scope(() => sum(op(a, b)).backward());
      expect([await a.grad!.item(), await b.grad!.item()]).toEqual([1, 0]);
    }
  });

  test("refuses what has no gradient, and says why", () => {
    const a = parameter(1, 2);
    expect(() => mul(a, a).backward()).toThrow("backward() needs a scalar loss, got shape [2].");
    expect(() => sum(tensor([1])).backward()).toThrow(GradientError);
    expect(() => noGrad(() => sum(a)).backward()).toThrow(/under noGrad/);
    const loss = scope(() => sum(mul(a, a)));
    expect(() => loss.backward()).toThrow(/call backward\(\) inside the scope/);
  });
});

describe("a fused kernel", () => {
  const twice: Op<[Tensor]> = composite({
    name: "twice",
    inputs: ["x"],
    shapes: "... -> ...",
    samples: [],
    compose: (_params, x) => mul(x, x),
  });
  const withKernel = (vjp: FusedImplementation<[Tensor], object>["vjp"]): Backend => {
    const reference = cpu();
    const square = (x: Operand): Operand => ({ ...x, buffer: reference.binary("mul", x, x, x.shape) });
    const forward = ([x]: readonly [Operand]) => ({ outputs: [square(x)], saved: [square(x)] });
    return { ...reference, fused: [fuse(twice, vjp ? { forward, vjp } : { forward })] };
  };

  test("is given the values that its gradient was recorded with, and frees what it saved", async () => {
    const backend = await use(
      withKernel(({ inputs: [x], saved }) => [{ ...x, buffer: backend.binary("add", x, saved[0]!, x.shape) }]),
    );
    const a = scope(() => parameter(3));
    scope(() => {
      const loss = sum(twice(a));
      a.assign(tensor([100]));
      loss.backward();
    });
    expect(await a.grad!.item()).toBe(3 + 9);
    a.dispose();
    expect(memory().buffers).toBe(0);
  });

  test("records nothing under noGrad, and saves nothing", async () => {
    await use(withKernel(undefined));
    const a = parameter(3);
    const before = memory().buffers;
    const result = noGrad(() => twice(a));
    expect(result.tracked).toBe(false);
    expect(memory().buffers).toBe(before + 1);
  });

  test("that returns no gradient where one is needed is an error", async () => {
    await use(withKernel(() => [null]));
    const a = parameter(3);
    expect(() => scope(() => sum(twice(a)).backward())).toThrow(
      "twice: the fused gradient returns nothing for argument 1",
    );
  });
});

describe("whole numbers and truth values", () => {
  test("mean gives f32", async () => {
    expect(await mean(tensor(new Int32Array([1, 2, 3, 4]))).item()).toBe(2.5);
    expect(await mean(tensor([true, true, false, false])).item()).toBe(0.5);
  });

  test("where() takes its dtype from the choices", () => {
    const mask = tensor([true, false]);
    expect([...where(mask, 1.5, 7).dataSync()]).toEqual([1.5, 7]);
    expect(where(mask, tensor(new Int32Array([1, 2])), 0).dtype).toBe("i32");
  });

  test("a fraction beside an i32 tensor is refused", () => {
    expect(() => mul(tensor(new Int32Array([1])), 0.5)).toThrow("mul: 0.5 stands beside an i32 tensor");
    expect(() => full([1], 1.5, "i32")).toThrow("full: 1.5 is not a 32-bit integer");
    expect(() => tensor(new Uint8Array([2]))).toThrow("tensor: 2 at index 0 is not a truth value");
  });
});

describe("extremes", () => {
  test("logSumExp of −∞ alone is −∞, and of ∞ is ∞", async () => {
    expect([
      ...(await logSumExp(
        tensor([
          [-Infinity, -Infinity],
          [Infinity, 0],
        ]),
        { axis: 1 },
      ).data()),
    ]).toEqual([-Infinity, Infinity]);
  });

  test("the slope of 0⁰ is 0", async () => {
    const a = parameter(0);
    scope(() => sum(pow(a, 0)).backward());
    expect(await a.grad!.item()).toBe(0);
  });

  test("maskedSoftmax does not mind how low the scores are", async () => {
    const mask = tensor([true, false, true]);
    const weights = await Promise.all(
      [0, -1e5].map(async (low) => [...(await maskedSoftmax(tensor([low, low + 3, low + 1]), mask).data())]),
    );
    expect(weights[1]).toEqual(weights[0]);
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
    [() => matmul(tensor(1), tensor([[1]])), ShapeError, "matmul: a [] must have 1 axis or more, got 0"],
    [() => sum(tensor([1]), { axis: 1 }), ShapeError, "sum: axis 1 is outside of a tensor with 1 axes"],
    [() => add(tensor([1]), tensor(new Int32Array([1]))), DTypeError, "add: a is f32 and b is i32; use cast()"],
    [() => tensor([[1, 2], [3]]), ShapeError, "tensor: a row at depth 1 has 1 entries; the first one has 2."],
    [() => tensor([1, 2], { shape: [3] }), ShapeError, "tensor: shape [3] needs 3 values, but 2 came."],
    [() => tensor([1.5], { dtype: "i32" }), DTypeError, "tensor: 1.5 at index 0 is not a 32-bit integer."],
    [
      () => add([1, 2] as unknown as Tensor, tensor([1])),
      DTypeError,
      "add: a must be a tensor or a number, got [1, 2]. Make a tensor of it with tensor().",
    ],
    [
      () => add(tensor([1]), undefined as unknown as Tensor),
      DTypeError,
      "add: b must be a tensor or a number, got undefined.",
    ],
    [() => matmul(tensor([[1]]), null as unknown as Tensor), DTypeError, "matmul: b must be a tensor, got null."],
    [() => softmax(tensor([[1, 2]]), {} as { axis: number }), ArgumentError, "softmax: the option axis is missing"],
    [() => tensor([1, undefined] as unknown as number[]), DTypeError, "tensor: undefined (undefined) is neither"],
    [() => tensor("abc" as unknown as number[]), DTypeError, "tensor: abc (string) is neither"],
    [
      () =>
        maskedSoftmax(
          tensor([1, 2]),
          tensor([
            [true, true],
            [true, true],
          ]),
        ),
      ShapeError,
      "maskedSoftmax: the mask [2, 2] must broadcast to [2]",
    ],
    [() => pad(tensor([1]), { axis: 0, before: 1.5 }), ArgumentError, "pad: before must be an integer, got 1.5."],
    [
      () => argmax(tensor([]), { axis: 0 }),
      ShapeError,
      "argmax: expected at least one entry, got x [0], whose axis 0 is empty.",
    ],
    [() => tensor([1, 2, 3]).reshape(2, -1), ShapeError, "reshape: [3] has 3 elements, which do not fill [2, -1]."],
  ] as const)("%s", (call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });

  test("tensors of two backends do not mix", async () => {
    const here = tensor([1]);
    const parameterHere = new Parameter(here);
    await use(cpu());
    expect(() => add(here, tensor([1]))).toThrow(BackendError);
    expect(() => parameterHere.assign(tensor([1]))).toThrow(BackendError);
  });
});
