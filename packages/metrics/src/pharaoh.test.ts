import { expect, test } from "vitest";
import { formatPharaoh, parsePharaoh } from "./pharaoh.js";

test("sure and possible links are parsed", () => {
  expect(parsePharaoh("0-0 1?2 12-3 4p5\r\n")).toEqual({
    sure: [
      [0, 0],
      [12, 3],
    ],
    possible: [
      [1, 2],
      [4, 5],
    ],
  });
  expect(parsePharaoh("")).toEqual({ sure: [], possible: [] });
});

test("positions may start at 1, and the target may come first", () => {
  expect(parsePharaoh("1-2 3?4", { first: 1 })).toEqual({ sure: [[0, 1]], possible: [[2, 3]] });
  expect(parsePharaoh("1-2 3?4", { reversed: true })).toEqual({ sure: [[2, 1]], possible: [[4, 3]] });
});

test("links are written in order", () => {
  const links = "0-10 0-9 2-0 11-1";
  expect(formatPharaoh(parsePharaoh(links).sure)).toBe("0-9 0-10 2-0 11-1");
  expect(formatPharaoh([])).toBe("");
});

test.each(["0", "0-", "a-b", "-1-2", "0-1-2", "1.5-2", "0–1", "0:1", "99999999999999999999-1"])(
  "%j is refused",
  (wrong) => {
    expect(() => parsePharaoh(`0-0 ${wrong}`)).toThrow(
      `Expected links such as 0-1 or 0?1 (positions from 0), got ${JSON.stringify(wrong)}.`,
    );
  },
);

test("position 0 is refused where positions start at 1", () => {
  expect(() => parsePharaoh("0-1", { first: 1 })).toThrow('such as 1-2 or 1?2 (positions from 1), got "0-1"');
});
