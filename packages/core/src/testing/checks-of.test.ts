import { expect, test } from "vitest";
import { assertSame, assertThrows, CheckError, checksOf, failuresOf } from "./index.js";

test("an error of any kind is the failure of a check, and keeps its cause", async () => {
  const crash = new TypeError("x is undefined");
  const checks = checksOf("mine", {
    passes: () => {},
    crashes: async () => {
      throw crash;
    },
    differs: () => assertSame("ids", [1, 2], [1, 3]),
  });
  const failures = await failuresOf(checks);
  expect(Object.entries(failures).map(([name, { message }]) => [name, message])).toEqual([
    ["mine: crashes", "TypeError: x is undefined"],
    ["mine: differs", "ids must be [1, 3], got [1, 2]."],
  ]);
  expect(failures["mine: crashes"]).toBeInstanceOf(CheckError);
  expect(failures["mine: crashes"]!.cause).toBe(crash);
});

test("values are compared by their contents", () => {
  assertSame("numbers", [0, Number.NaN, Float32Array.of(1)], [-0, Number.NaN, [1]]);
  assertSame("maps", new Map([["a", { b: 1, c: undefined }]]), new Map([["a", { b: 1 }]]));
  expect(() => assertSame("text", "1", 1)).toThrow('text must be 1, got "1".');
  expect(() => assertSame("a set", new Set([1]), new Set([2]))).toThrow("a set must be Set [2], got Set [1].");
  const long = Array.from({ length: 300 }, (_, i) => i);
  expect(() => assertSame("long", long, long.with(200, 0))).toThrow(/got ….*199, 200, 201.*…\.$/);
});

test("assertThrows returns the error", () => {
  expect(assertThrows("it", () => JSON.parse("{"))).toBeInstanceOf(SyntaxError);
  expect(() => assertThrows("it", () => 1)).toThrow("it must throw an error, but it returned.");
});
