import { afterEach, describe, expect, test, vi } from "vitest";
import { tryVariant } from "./trial.js";
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
    const { gigaflops, fault } = tryVariant(plain128, true);
    expect(fault).toBeNull();
    expect(gigaflops).toBeCloseTo((2 * 96 ** 3) / product / 1e6, 6);
  });

  test("ends when the clock does not move", () => {
    const clock = pretendClock(0);
    expect(tryVariant(plain128, true)).toEqual({ gigaflops: 0, fault: null });
    expect(clock.readings).toBeLessThan(5_000);
  });

  test("times at least 2 ms at once, so that one product whose time is 0 does not decide", () => {
    let readings = 0;
    // Every tenth product seems to take no time.
    vi.stubGlobal("performance", { now: () => 0.05 * (readings++ - Math.floor(readings / 10)) });
    const { gigaflops } = tryVariant(plain128, true);
    expect(gigaflops / ((2 * 96 ** 3) / 0.045 / 1e6)).toBeCloseTo(1, 1);
  });
});
