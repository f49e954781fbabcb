import { beforeEach, describe, expect, test } from "vitest";
import {
  cpu,
  Draw,
  detach,
  keep,
  LifetimeError,
  memory,
  mul,
  noGrad,
  Parameter,
  scope,
  sum,
  tensor,
  use,
} from "./index.js";

beforeEach(() => use(cpu()));

describe("scope", () => {
  test("frees what is not returned", () => {
    const kept = scope(() => {
      const x = tensor([1, 2]);
      mul(x, x);
      return { list: [x], map: new Map([["y", x.add(1)]]) };
    });
    expect(memory().buffers).toBe(2);
    kept.list[0]!.dispose();
    kept.map.get("y")!.dispose();
    expect(memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  test("hands what an inner scope returns to the outer one", () => {
    scope(() => {
      scope(() => tensor([1]));
      expect(memory().buffers).toBe(1);
    });
    expect(memory().buffers).toBe(0);
  });

  test("frees everything when the function throws", () => {
    expect(() =>
      scope(() => {
        tensor([1, 2]);
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(memory().buffers).toBe(0);
  });

  test("keeps parameters, and what keep() names", () => {
    const [parameter, kept] = scope(() => {
      const value = tensor([1, 2]);
      const kept = keep(tensor([3]));
      return [new Parameter(value), kept];
    });
    expect(memory().buffers).toBe(2);
    parameter!.dispose();
    kept!.dispose();
    expect(memory().buffers).toBe(0);
  });

  test("refuses an asynchronous function", () => {
    expect(() => scope(async () => tensor([1]))).toThrow(LifetimeError);
    expect(() => noGrad(async () => 1)).toThrow(LifetimeError);
  });

  test("a freed tensor says so when it is used", () => {
    const x = tensor([[1, 2]]);
    x.dispose();
    x.dispose();
    expect(() => x.add(1)).toThrow("A tensor of shape [1, 2] is used after it was freed");
  });
});

describe("memory", () => {
  test("reshape and detach share storage; the last one frees it", () => {
    const x = tensor([1, 2, 3, 4]);
    const y = x.reshape(2, 2);
    const z = detach(y);
    expect(memory().buffers).toBe(1);
    x.dispose();
    y.dispose();
    expect([...z.dataSync()]).toEqual([1, 2, 3, 4]);
    z.dispose();
    expect(memory().buffers).toBe(0);
  });

  test("a training step leaves only parameters and gradients", () => {
    const w = new Parameter(new Draw(1).randn(3, 3));
    const before = memory().buffers;
    for (let i = 0; i < 5; i++) {
      scope(() => sum(mul(w, w)).backward());
      w.zeroGrad();
      expect(memory().buffers).toBe(before);
    }
  });
});
