import fc from "fast-check";
import { expect, test } from "vitest";
import { schedule } from "./schedule.js";

const rates = (count: number, rate: (step: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => Number(rate(i + 1).toPrecision(10)));

test("warm-up rises from 0 in optimizer steps, then each schedule goes its way", () => {
  const options = { learningRate: 1, warmupSteps: 4, totalSteps: 8 };
  expect(rates(8, schedule("constant", options))).toEqual([0.25, 0.5, 0.75, 1, 1, 1, 1, 1]);
  expect(rates(9, schedule("linear", options))).toEqual([0.25, 0.5, 0.75, 1, 0.8, 0.6, 0.4, 0.2, 0]);
  const inverse = rates(16, schedule("inverse-sqrt", options));
  expect([inverse[3], inverse[15]]).toEqual([1, 0.5]);
});

test("without warm-up the first step has the highest rate", () => {
  for (const name of ["constant", "linear", "inverse-sqrt"] as const) {
    expect(schedule(name, { learningRate: 0.3, totalSteps: 5 })(1)).toBe(0.3);
  }
  expect(rates(4, schedule("linear", { learningRate: 1, totalSteps: 4 }))).toEqual([1, 0.75, 0.5, 0.25]);
});

test("no rate is negative or above the highest, whatever the numbers", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("constant" as const, "linear" as const, "inverse-sqrt" as const),
      fc.nat(50),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 120 }),
      (name, warmupSteps, totalSteps, step) => {
        const rate = schedule(name, { learningRate: 2, warmupSteps, totalSteps })(step);
        return rate >= 0 && rate <= 2;
      },
    ),
  );
});

test("numbers out of range are refused", () => {
  expect(() => schedule("constant", { learningRate: 0, totalSteps: 1 })).toThrow("learningRate must be above 0; got 0");
  expect(() => schedule("linear", { learningRate: 1, totalSteps: 0 })).toThrow("totalSteps must be at least 1; got 0");
});
