import { builtInScorers } from "@heed/attention";
import { expect, test } from "vitest";
import { testLessons, useFastBackend } from "../testing/learn.js";
import { namedScorers, scorerLessons } from "../testing/lessons.js";

useFastBackend();

testLessons("scorer, in the model of the copy lesson,", scorerLessons);

test("what is said of single scorers is said of scorers that there are", () => {
  const names = builtInScorers.map(({ name }) => name);
  expect(namedScorers.filter((name) => !names.includes(name))).toEqual([]);
});
