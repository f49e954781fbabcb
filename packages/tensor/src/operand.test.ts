import { expect, test } from "vitest";
import { isComparison, joinAxes, maskFits, matrixStarts, rowsOf } from "./operand.js";
import { stridesOf } from "./shape.js";

const operand = (shape: readonly number[], dtype: "f32" | "bool" = "f32") => ({
  shape,
  dtype,
  buffer: { size: shape.reduce((product, length) => product * length, 1), dtype, bytes: 0 },
});

test("joinAxes joins what every operand walks through evenly, and drops axes of length 1", () => {
  expect(joinAxes([2, 1, 3, 4], [stridesOf([2, 1, 3, 4])])).toEqual({ lengths: [24], strides: [[1]] });
  // The second operand is a row that is repeated.
  expect(joinAxes([2, 3, 4], [stridesOf([2, 3, 4]), [0, 0, 1]])).toEqual({
    lengths: [6, 4],
    strides: [
      [4, 1],
      [0, 1],
    ],
  });
  expect(joinAxes([2, 3], [[1, 2]])).toEqual({ lengths: [2, 3], strides: [[1, 2]] });
  expect(joinAxes([1, 1], [[1, 1]])).toEqual({ lengths: [], strides: [[]] });
});

test("rowsOf counts the rows along the last axis", () => {
  expect(rowsOf(operand([2, 3, 4]))).toEqual({ rows: 6, n: 4 });
  expect(rowsOf(operand([]))).toEqual({ rows: 1, n: 1 });
  expect(rowsOf(operand([2, 0]))).toEqual({ rows: 0, n: 0 });
});

test("maskFits refuses masks that are not boolean or would make the shape larger", () => {
  expect(maskFits(null, [2, 3])).toBe(true);
  expect(maskFits(operand([1, 3], "bool"), [2, 3])).toBe(true);
  expect(maskFits(operand([3], "bool"), [2, 3])).toBe(true);
  expect(maskFits(operand([2, 3]), [2, 3])).toBe(false);
  expect(maskFits(operand([2, 3], "bool"), [1, 3])).toBe(false);
  expect(maskFits(operand([1, 2, 3], "bool"), [2, 3])).toBe(false);
});

test("isComparison is true of comparisons, not of logic", () => {
  expect(isComparison("lessEqual")).toBe(true);
  expect(isComparison("and")).toBe(false);
});

test("matrixStarts repeats matrices along axes that broadcast", () => {
  expect(matrixStarts([2, 3, 4], [2])).toEqual([0, 12]);
  expect(matrixStarts([2, 1, 3, 4], [2, 2])).toEqual([0, 0, 12, 12]);
  expect(matrixStarts([3, 4], [2])).toEqual([0, 0]);
});
