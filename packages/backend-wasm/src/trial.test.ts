import { afterEach, describe, expect, test, vi } from "vitest";
import { findFault, timeVariant } from "./trial.js";
import { loadVariant } from "./variants.js";

const plain128 = await loadVariant("plain128");

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A clock that moves by `product` milliseconds with each reading. Returns how often it was read. */
function pretendClock(product: number): { readings: number } {
  const clock = { readings: 0 };
  vi.stubGlobal("performance", { now: () => product * clock.readings++ });
  return clock;
}

describe("a trial", () => {
  test.each([0.013, 0.041, 0.37])("measures the speed when a product takes %s ms", (product) => {
    pretendClock(product);
    expect(timeVariant(plain128, true)).toBeCloseTo((2 * 96 ** 3) / product / 1e6, 6);
  });

  test("ends when the clock does not move", () => {
    const clock = pretendClock(0);
    expect(timeVariant(plain128, true)).toBe(0);
    expect(clock.readings).toBeLessThan(5_000);
  });

  test("times at least 2 ms at once, so that one product whose time is 0 does not decide", () => {
    let readings = 0;
    // Every tenth product seems to take no time.
    vi.stubGlobal("performance", { now: () => 0.05 * (readings++ - Math.floor(readings / 10)) });
    expect(timeVariant(plain128, true) / ((2 * 96 ** 3) / 0.045 / 1e6)).toBeCloseTo(1, 1);
  });

  test("finds no fault in kernels that are right", async () => {
    for (const name of ["plain128", "relaxed128", "relaxed256"] as const) {
      expect(findFault(await loadVariant(name), true)).toBeNull();
    }
  });

  test("finds that kernels which should fuse multiply-add do not", () => {
    expect(findFault({ ...plain128, fusedMultiplyAdd: true }, true)).toBe("this processor has no fused multiply-add");
  });
});
