import { inspect } from "node:util";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { arange, cpu, full, Parameter, tensor, use, zeros } from "./index.js";

beforeEach(async () => {
  await use(cpu());
});

const lines = (...all: readonly string[]): string => all.join("\n");

describe("values are written as NumPy writes them", () => {
  test.each([
    ["a scalar", () => tensor(2.5), "Tensor [] f32\n2.5000"],
    ["whole numbers", () => tensor([1, -20, 0]), "Tensor [3] f32\n[  1., -20.,   0.]"],
    [
      "fractions",
      () =>
        tensor([
          [1.5, -0],
          [-10, 1],
        ]),
      lines("Tensor [2, 2] f32", "[[  1.5000,  -0.0000],", " [-10.0000,   1.0000]]"),
    ],
    [
      "what is not finite",
      () => tensor([Number.NaN, Infinity, -Infinity, 1.5]),
      "Tensor [4] f32\n[   nan,    inf,   -inf, 1.5000]",
    ],
    ["nothing but NaN", () => tensor([Number.NaN]), "Tensor [1] f32\n[nan]"],
    ["very different sizes", () => tensor([1e-5, 12]), "Tensor [2] f32\n[1.0000e-05, 1.2000e+01]"],
    ["large whole numbers", () => tensor([2e10, 0]), "Tensor [2] f32\n[2.0000e+10, 0.0000e+00]"],
    ["integers", () => tensor(new Int32Array([1, -200])), "Tensor [2] i32\n[   1, -200]"],
    ["truth values", () => tensor([true, false]), "Tensor [2] bool\n[ true, false]"],
    ["nothing", () => zeros([0, 3]), "Tensor [0, 3] f32\n[]"],
  ])("%s", (_name, make, expected) => {
    expect(make().toString()).toBe(expected);
  });

  test("three axes, with an empty line between matrices", () => {
    const x = arange(0, 8).reshape(2, 2, 2);
    expect(x.toString()).toBe(lines("Tensor [2, 2, 2] i32", "[[[0, 1],", "  [2, 3]],", "", " [[4, 5],", "  [6, 7]]]"));
  });

  test("long rows go over several lines", () => {
    const [head, ...rows] = arange(100, 160).toString().split("\n");
    expect(head).toBe("Tensor [60] i32");
    expect(rows).toHaveLength(4);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(80);
    expect(rows[1]).toMatch(/^ 115, 116,/);
  });

  test("above 1000 elements, the ends of long axes", () => {
    expect(arange(0, 1000).toString()).not.toContain("…");
    expect(arange(0, 1001).toString()).toBe("Tensor [1001] i32\n[   0,    1,    2, …,  998,  999, 1000]");
    const row = "[0.5000, 0.5000, 0.5000, …, 0.5000, 0.5000, 0.5000]";
    expect(full([7, 200], 0.5).toString()).toBe(
      lines("Tensor [7, 200] f32", `[${row},`, ` ${row},`, ` ${row},`, " …,", ` ${row},`, ` ${row},`, ` ${row}]`),
    );
  });
});

test("console.log shows the values, also inside of objects", () => {
  expect(inspect(tensor([1, 2]))).toBe("Tensor [2] f32\n[1., 2.]");
  expect(inspect({ weight: new Parameter(tensor([[1], [2]])) })).toContain("Parameter [2, 1] f32\n");
  expect(inspect({ a: { b: { c: tensor([1]) } } }, { depth: 1 })).toContain("[Object]");
});

test("where nothing can be read without waiting, console.log names print()", async () => {
  const { downloadSync: _, ...rest } = cpu();
  await use({ ...rest, name: "slow" });
  const x = tensor([1, 2]);
  expect(inspect(x)).toBe("Tensor [2] f32 on slow; await tensor.print() shows the values");
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await x.print();
  expect(log.mock.calls).toEqual([["Tensor [2] f32\n[1., 2.]"]]);
  log.mockRestore();
});

test("a tensor that was freed says so, and a device that fails does not break console.log", async () => {
  const x = tensor([1, 2]);
  x.dispose();
  expect(inspect(x)).toBe("Tensor [2] f32, which was freed");
  const broken = cpu();
  await use({
    ...broken,
    downloadSync: () => {
      throw new Error("the device is lost");
    },
  });
  expect(inspect(tensor([1]))).toBe("Tensor [1] f32 on cpu, which cannot be read: the device is lost");
});
