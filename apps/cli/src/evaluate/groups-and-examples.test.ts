import { expect, test } from "vitest";
import { chooseExamples } from "./examples.js";
import { groupByLength, lengthsOf } from "./length-groups.js";

const words = (length: number): string => Array(length).fill("w").join(" ");

test("sources of the same length are in the same group, and every sentence is in one", () => {
  const sources = Array.from({ length: 300 }, (_, i) => words(1 + (i % 30)));
  const { unit, groups } = groupByLength(sources);
  expect(unit).toBe("words");
  expect(groups.map(lengthsOf)).toEqual(["1–5", "6–10", "11–15", "16–20", "21–25", "26–30"]);
  expect(groups.flatMap(({ sentences }) => sentences).sort((a, b) => a - b)).toEqual([...sources.keys()]);
  for (const { from, to, sentences } of groups) {
    for (const i of sentences) {
      const length = sources[i]!.split(" ").length;
      expect(length >= from && length <= to).toBe(true);
    }
  }
});

test("few sentences make few groups, none of them small", () => {
  const sizes = (count: number) =>
    groupByLength(Array.from({ length: count }, (_, i) => words(i + 1))).groups.map(
      ({ sentences }) => sentences.length,
    );
  expect(sizes(5)).toEqual([5]);
  expect(sizes(39)).toEqual([39]);
  expect(sizes(50)).toEqual([20, 30]);
  expect(groupByLength(Array(100).fill("a b")).groups.map(lengthsOf)).toEqual(["2"]);
});

test("text without spaces is measured in characters", () => {
  const { unit, groups } = groupByLength(Array.from({ length: 60 }, (_, i) => "語".repeat(20 + i)));
  expect([unit, groups.map(lengthsOf)]).toEqual(["characters", ["20–39", "40–59", "60–79"]]);
  expect(groupByLength(["", ""]).groups.map(lengthsOf)).toEqual(["0"]);
});

test("examples are the worst, the best and those that differ most; of equal ones the longest, and none is empty", () => {
  const first = [50, 10, 100, 100, 0, 60];
  const second = [50, 30, 100, 100, 0, 0];
  const lengths = [5, 5, 2, 9, 0, 5];
  expect(chooseExamples([first, second], lengths, 2)).toEqual({ worst: [1, 5], best: [3, 2], different: [5, 1] });
  expect(chooseExamples([first], lengths, 9)).toEqual({
    worst: [1, 0, 5, 3, 2],
    best: [3, 2, 5, 0, 1],
    different: [],
  });
  expect(chooseExamples([first, second], lengths, 0)).toEqual({ worst: [], best: [], different: [] });
});
