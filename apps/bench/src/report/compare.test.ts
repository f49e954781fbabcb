import { describe, expect, it } from "vitest";
import type { BenchResult, Outcome } from "../run/result.js";
import { summarize } from "../statistics.js";
import type { Unit } from "../suites/case.js";
import { compareResults, formatComparison } from "./compare.js";
import { keyRatios } from "./key-ratios.js";

const measured = (...samples: number[]): Outcome => ({ summary: summarize(samples), steps: 1 });

function result(unit: Unit, outcomes: Record<string, Outcome>, node = "v24.0.0"): BenchResult {
  return {
    format: 1,
    date: "2026-01-01T00:00:00.000Z",
    commit: "abc",
    node,
    machine: { cpu: "x", cores: 2, memoryGiB: 8, system: "y", load: [0, 0] },
    settings: { rounds: 3, blockMs: 1, quick: false },
    contestants: Object.keys(outcomes).map((id) => ({ id, label: `the ${id}` })),
    cases: [{ suite: unit === "ms/sentence" ? "decode" : "train", name: "copy", unit, outcomes }],
  };
}

describe("compareResults", () => {
  const before = result("tokens/s", { a: measured(90, 100, 110), b: measured(9, 10, 11), c: { skipped: "no" } });

  it("calls a change one only where the measurements lie apart", () => {
    const now = result("tokens/s", {
      a: measured(108, 125, 130),
      b: measured(19, 20, 21),
      c: measured(1),
      d: measured(1),
    });
    expect(compareResults(before, now).map(({ id, ratio, verdict }) => ({ id, ratio, verdict }))).toEqual([
      { id: "a", ratio: 1.25, verdict: "same" },
      { id: "b", ratio: 2, verdict: "faster" },
    ]);
  });

  it("knows that less time is faster", () => {
    const [old, now] = [10, 5].map((ms) => result("ms/sentence", { a: measured(ms) })) as [BenchResult, BenchResult];
    expect(compareResults(old, now)[0]).toMatchObject({ ratio: 2, verdict: "faster" });
    expect(compareResults(now, old)[0]).toMatchObject({ ratio: 0.5, verdict: "slower" });
  });

  it("takes less than 3 % for nothing", () => {
    const now = result("tokens/s", { b: measured(11.1, 10.2, 11.2) });
    const old = result("tokens/s", { b: measured(10.9, 11, 11.05) });
    expect(compareResults(old, now)[0]?.verdict).toBe("same");
    expect(
      compareResults(result("tokens/s", { a: measured(100) }), result("tokens/s", { a: measured(102) }))[0]?.verdict,
    ).toBe("same");
  });

  it("warns where conditions differ", () => {
    const text = formatComparison(before, result("tokens/s", { b: measured(20) }, "v26.0.0"), 100);
    expect(text).toContain("Not the same conditions: Node: v24.0.0 before, v26.0.0 now");
    expect(text).toMatch(/train copy, the b +10\.0 +20\.0 +2\.00× +faster/);
    expect(text).toContain("1 faster, 0 slower, 0 the same");
  });
});

it("keyRatios sets heed at its best beside the best of each kind", () => {
  const outcomes = {
    "heed-1": measured(100),
    "heed-2": measured(150),
    "torch-1": measured(50),
    "torch-2": measured(40),
    "tfjs-wasm": measured(5),
    "limit-1": measured(1e9),
  };
  expect(keyRatios(result("tokens/s", outcomes))).toEqual([
    { name: "train copy", torch: "3.00  (the torch-1)", javascript: "30.0  (the tfjs-wasm)" },
  ]);
  expect(
    keyRatios(result("ms/sentence", { "heed-1": measured(1), "heed-2": measured(2), "torch-1": measured(3) })),
  ).toEqual([{ name: "decode copy", torch: "3.00  (the torch-1)" }]);
});
