import { afterEach, describe, expect, test, vi } from "vitest";
import { tryVariant } from "./trial.js";
import { loadVariant } from "./variants.js";

const plain128 = await loadVariant("plain128");

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A clock that is read once a product, and tells multiples of `step` of a time that goes on by `product` each time. */
function pretendClock(product: number, step: number): { readings: number } {
  const clock = { readings: 0 };
  vi.stubGlobal("performance", {
    now: () => {
      const time = product * clock.readings++;
      return step === 0 ? time : Math.floor(time / step) * step;
    },
  });
  return clock;
}

describe("a trial", () => {
  test.each([
    { clock: "of a server", step: 0 },
    { clock: "of an isolated page", step: 0.005 },
    { clock: "of any other page", step: 0.1 },
    { clock: "of a page in Firefox", step: 1 },
  ])("tells the speed by the clock $clock, steps of $step ms", ({ step }) => {
    for (const product of [0.013, 0.041, 0.37]) {
      pretendClock(product, step);
      const { gigaflops, fault } = tryVariant(plain128, true);
      expect(fault).toBeNull();
      const expected = (2 * 96 ** 3) / product / 1e6;
      expect(gigaflops! / expected, `${product} ms a product`).toBeGreaterThan(0.93);
      expect(gigaflops! / expected, `${product} ms a product`).toBeLessThan(1.07);
    }
  });

  test("tells no speed by a clock that moves too seldom, or not at all, and comes to an end", () => {
    for (const step of [100, 1e9]) {
      const clock = pretendClock(0.03, step);
      expect(tryVariant(plain128, true)).toEqual({ gigaflops: null, fault: null });
      expect(clock.readings).toBeLessThan(5_000);
    }
  });

  test("does not take one product for all: it times 2 ms at least", () => {
    let readings = 0;
    // Every tenth product seems to take no time, as by a clock that is set back.
    vi.stubGlobal("performance", { now: () => 0.05 * (readings++ - Math.floor(readings / 10)) });
    const { gigaflops } = tryVariant(plain128, true);
    expect(gigaflops! / ((2 * 96 ** 3) / 0.045 / 1e6)).toBeCloseTo(1, 1);
  });
});
