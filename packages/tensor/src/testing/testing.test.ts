import { describe, expect, test } from "vitest";
import {
  type Backend,
  composite,
  cpu,
  exp,
  fuse,
  mul,
  type Op,
  Parameter,
  softmax,
  sum,
  type Tensor,
  tanh,
  tensor,
  use,
} from "../index.js";
import { backendChecks, type Check, CheckError, checkGradients, opChecks } from "./index.js";

/** Names of the checks that fail. */
async function failing(checks: readonly Check[]): Promise<string[]> {
  const names: string[] = [];
  for (const check of checks) {
    try {
      await check.run();
    } catch {
      names.push(check.name);
    }
  }
  return names;
}

const square: Op<[Tensor]> = composite({
  name: "square",
  inputs: ["x"],
  shapes: "... -> ...",
  samples: [{ args: ({ randn }) => [randn(2, 3)] }],
  compose: (_params, x) => mul(x, x),
});

describe("checkGradients", () => {
  test("catches a wrong gradient and names the parameter", async () => {
    await use(cpu({ precision: "f64" }));
    const w = new Parameter(tensor([0.3, -0.7]));
    await checkGradients(() => sum(tanh(w)), { w });
    // Cuts one of two paths: the gradient is half of what it should be.
    const half = (): Tensor => sum(mul(w, new Parameter(w)));
    await expect(checkGradients(half, { w })).rejects.toThrow(/gradient for w, against central differences: element 1/);
  });
});

describe("opChecks", () => {
  test("pass for a right operation, and catch a wrong legend", async () => {
    expect(await failing(opChecks([square]))).toEqual([]);
    const wrong: Op<[Tensor]> = composite({
      ...square.description,
      name: "wrong",
      shapes: "a b -> b a",
      compose: (_params, x) => mul(x, x),
    });
    expect(await failing(opChecks([wrong]))).toEqual(["wrong: plain: shapes and leaks"]);
  });
});

describe("backendChecks", () => {
  const broken = (change: (reference: Backend) => Partial<Backend>): (() => Backend) => {
    const reference = cpu();
    return () => ({ ...reference, ...change(reference) });
  };

  test("catch a kernel that is a little off", async () => {
    const create = broken((reference) => ({
      unary: (kernel, x) => reference.unary(kernel === "tanh" ? "sigmoid" : kernel, x),
    }));
    const names = await failing(backendChecks(create, { ops: [tanh, exp] }));
    expect(names).toContain("tanh: plain: as the reference");
    expect(names).not.toContain("exp: plain: as the reference");
  });

  test("catch a backend that frees nothing", async () => {
    const create = broken(() => ({ free: () => {} }));
    expect(await failing(backendChecks(create, { ops: [exp] }))).toContain("memory: is counted and given back");
  });

  test("compare a fused kernel and its gradient with the composition", async () => {
    const create = (factor: number, slope: number): (() => Backend) =>
      broken((reference) => {
        const scaled = (x: Tensor["buffer"], by: number, shape: readonly number[]) => ({
          buffer: reference.binary(
            "mul",
            { buffer: x, shape, dtype: "f32" },
            { buffer: reference.fill(1, by, "f32"), shape: [], dtype: "f32" },
            shape,
          ),
          shape,
          dtype: "f32" as const,
        });
        return {
          fused: [
            fuse(square, {
              forward: ([x]) => ({ outputs: [scaled(reference.binary("mul", x, x, x.shape), factor, x.shape)] }),
              vjp: ({ inputs: [x], cotangents: [g] }) => [
                scaled(reference.binary("mul", x, g!, x.shape), slope, x.shape),
              ],
            }),
          ],
        };
      });
    const parity = async (factor: number, slope: number): Promise<boolean> =>
      !(await failing(backendChecks(create(factor, slope), { ops: [square] }))).includes(
        "square: plain: as the reference",
      );
    expect(await parity(1, 2)).toBe(true);
    expect(await parity(1.01, 2)).toBe(false);
    expect(await parity(1, 2.01)).toBe(false);
  });

  test("give a fused kernel without a gradient that of the composition", async () => {
    let calls = 0;
    const create = broken((reference) => ({
      fused: [
        fuse(square, {
          accepts: ([x]) => x.shape.length === 2,
          forward: ([x]) => {
            calls++;
            return { outputs: [{ buffer: reference.binary("mul", x, x, x.shape), shape: x.shape, dtype: "f32" }] };
          },
        }),
      ],
    }));
    expect(await failing(backendChecks(create, { ops: [square, softmax] }))).toEqual([]);
    expect(calls).toBeGreaterThan(0);
  });
});

test("a failed check is a CheckError", async () => {
  await use(cpu());
  const w = new Parameter(tensor([1]));
  await expect(checkGradients(() => sum(mul(w, new Parameter(w))), { w })).rejects.toBeInstanceOf(CheckError);
});
