import { describe, expect, it } from "vitest";
import { findFault } from "./check.js";

describe("findFault", () => {
  const expectation = { output: "out", indices: [0, 9], values: [10, -1], tolerance: 1e-3 };

  it("allows a share of the largest value", () => {
    expect(findFault(expectation, [10.009, -1.009])).toBeUndefined();
  });

  it("names the element that is wrong, what came and what should have", () => {
    expect(findFault(expectation, [10, -1.02])).toBe("out[9] is -1.02, but should be -1 (± 0.010)");
    expect(findFault({ ...expectation, tolerance: 0 }, [10, -1])).toBeUndefined();
  });

  it("does not take NaN, or nothing, for right", () => {
    expect(findFault(expectation, [Number.NaN, -1])).toContain("out[0] is NaN");
    expect(findFault(expectation, [10])).toContain("out[9] is undefined");
  });
});
