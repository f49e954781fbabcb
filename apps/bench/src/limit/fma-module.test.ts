import { describe, expect, it } from "vitest";
import { fmaModule, operationsOfTurn } from "./fma-module.js";

describe("fmaModule", () => {
  it.each([1, 12, 24, 200])("is a module with %i accumulators", (accumulators) => {
    expect(WebAssembly.validate(fmaModule("mul-add", accumulators))).toBe(true);
    expect(WebAssembly.validate(fmaModule("madd", accumulators))).toBe(true);
  });

  it("takes time in proportion to its turns", () => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fmaModule("mul-add", 12)));
    const { loop } = exports as { loop(turns: number): void };
    const time = (turns: number): number => {
      const start = performance.now();
      loop(turns);
      return performance.now() - start;
    };
    for (let i = 0; i < 20; i++) loop(10_000);
    const best = (turns: number): number => Math.min(...Array.from({ length: 9 }, () => time(turns)));
    const ratio = best(400_000) / best(100_000);
    expect(ratio).toBeGreaterThan(1.5);
    expect(ratio).toBeLessThan(20);
  });

  it("counts a multiplication and an addition of four floats an accumulator", () => {
    expect(operationsOfTurn(12)).toBe(96);
  });
});
