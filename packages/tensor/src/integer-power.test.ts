import { expect, test } from "vitest";
import { integerPower } from "./integer-power.js";

test("integerPower is exact where products are, and close to ** elsewhere", () => {
  for (let n = 0; n < 60; n++) expect(integerPower(2, n)).toBe(2 ** n);
  expect([integerPower(0, 0), integerPower(-3, 3), integerPower(0.9, 1)]).toEqual([1, -27, 0.9]);
  for (const n of [2, 7, 100, 12_345, 1_000_000]) {
    for (const base of [0.9, 0.999, 0.99999]) {
      const relative = Math.abs(integerPower(base, n) / base ** n - 1);
      if (base ** n > 1e-300) expect(relative).toBeLessThan(n * 2 ** -52);
      else expect(integerPower(base, n)).toBeLessThan(1e-290);
    }
  }
});

test("integerPower has the bits of its products, in every engine", () => {
  expect(integerPower(0.999, 10)).toBe(0.9900448802097483);
  expect(integerPower(0.999, 1000)).toBe(0.36769542477096695);
  expect(integerPower(0.9, 321)).toBe(2.0504327506461335e-15);
});
