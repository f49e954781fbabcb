import { expect, test } from "vitest";
import { withOtherGlobals } from "./index.js";

test("another clock, other random numbers and another locale, and the old ones afterwards", () => {
  const before = [Math.random, Date.now, "".localeCompare, "".toLocaleLowerCase];
  const inside = withOtherGlobals(() => [Math.random(), Date.now(), "a".localeCompare("b"), "I".toLocaleLowerCase()]);
  expect(inside[0]).toBe(0);
  expect(Number(inside[1]) - Date.now()).toBeGreaterThan(1e8);
  expect(inside.slice(2)).toEqual([1, "ı"]);
  expect([Math.random, Date.now, "".localeCompare, "".toLocaleLowerCase]).toEqual(before);
});

test("the old globals return after an error", () => {
  const { random } = Math;
  expect(() =>
    withOtherGlobals(() => {
      throw new Error("planted");
    }),
  ).toThrow("planted");
  expect(Math.random).toBe(random);
});
