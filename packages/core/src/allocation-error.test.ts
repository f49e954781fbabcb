import { expect, test } from "vitest";
import { isAllocationError } from "./allocation-error.js";

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

test("recognises that memory is short, and no other RangeError", () => {
  expect(isAllocationError(thrownBy(() => new ArrayBuffer(2 ** 52)))).toBe(true);
  expect(isAllocationError(thrownBy(() => new Float32Array(2 ** 52)))).toBe(true);
  expect(isAllocationError(thrownBy(() => (1).toFixed(1000)))).toBe(false);
  expect(isAllocationError(new Error("Array buffer allocation failed"))).toBe(false);
});
