import { createHash } from "node:crypto";
import { Random } from "@heed/core";
import { describe, expect, it, test } from "vitest";
import { defineTask, type TaskExtension } from "../define-task.js";
import { findTask } from "../find-task.js";
import { symbolNames } from "../symbol-names.js";
import { taskPairs, taskTokenizers } from "../task-pairs.js";
import { taskChecks } from "../testing/index.js";
import { copyTask } from "./copy-task.js";
import { builtInTasks } from "./index.js";
import { reverseTask } from "./reverse-task.js";
import { sortTask } from "./sort-task.js";

const draw = (task: TaskExtension, seed: number, count = 500) => taskPairs(task, { count, random: new Random(seed) });

describe.each(builtInTasks.map((each) => [each.name, each] as const))("the task %s", (name, task) => {
  it("is found by its name", () => expect(findTask(name)).toBe(task));

  test.each(taskChecks(task))("$name", ({ run }) => run());
});

describe.each([
  [copyTask, (source: readonly string[]) => source],
  [reverseTask, (source: readonly string[]) => source.toReversed()],
  [sortTask, (source: readonly string[]) => source.toSorted()],
] as const)("the task $name", (task, reference) => {
  const options = { symbols: 30, minLength: 1, maxLength: 4 };
  test.each([...taskChecks(task, { reference }), ...taskChecks(task, { options })])("$name", ({ run }) => run());
});

describe.each([copyTask, reverseTask, sortTask])("the task $name", (task) => {
  it("aligns each target token with the source token of which it is a copy", () => {
    for (const { source, target, alignment } of draw(task, 7)) {
      expect(alignment!.map(([, position]) => position)).toEqual([...target.keys()]);
      expect(alignment!.map(([position]) => source[position])).toEqual(target);
      expect(alignment!.map(([position]) => position).sort((a, b) => a - b)).toEqual([...source.keys()]);
    }
  });

  it("refuses impossible options", () => {
    const pairs = (options: Readonly<Record<string, unknown>>) => () =>
      taskPairs(task, { count: 1, random: new Random(1), options });
    expect(pairs({ minLength: 5, maxLength: 4 })).toThrow(/got minLength 5 and maxLength 4/);
    expect(pairs({ minLength: 9 })).toThrow(/got minLength 9 and maxLength 7/);
    expect(pairs({ minLength: 0 })).toThrow(/minLength of the task \w+ must be an integer of at least 1, got 0/);
    expect(pairs({ maxLength: 7.5 })).toThrow(/maxLength .* got 7.5/);
    expect(pairs({ symbols: 0 })).toThrow(/symbols .* must be an integer of at least 1 and of at most 100000, got 0/);
    expect(pairs({ symbol: 3 })).toThrow(`The task "${task.name}" has no option "symbol". Did you mean "symbols"?`);
    for (const count of [-1, 1.5, Number.NaN]) {
      expect(() => draw(task, 1, count)).toThrow(`count must be a whole number of at least 0, got ${count}.`);
    }
  });
});

// Recipes keep their results only as long as their data stay the same bit for bit.
test.each([
  [copyTask, "dgeaafb>dgeaafb", "e7a15fd1e55d346a595561eceb7881320b40d6ec2b87cdd5c7f3f75e28930fde"],
  [reverseTask, "dgeaafb>bfaaegd", "fa27e474d7c242e033f626ff6747e8b8923a2d637af30989b19ab8c33e0bb22c"],
  [sortTask, "dgeaafb>aabdefg", "190a33d818e0e3444455204374b2298775108adea20e24c021ef3fc1479c6804"],
])("$name draws the same pairs for a seed in every version", (task, first, sha256) => {
  const drawn = taskPairs(task, { count: 2000, random: new Random(7) });
  const pairs = drawn.map(({ source, target }) => `${source.join("")}>${target.join("")}`);
  expect(pairs[0]).toBe(first);
  expect(createHash("sha256").update(pairs.join("\n")).digest("hex")).toBe(sha256);
});

describe("alignments", () => {
  const alignments = (task: typeof sortTask) =>
    taskPairs(task, { count: 200, random: new Random(3), options: { symbols: 2, minLength: 1, maxLength: 9 } });

  it("run down the diagonal in copy, and up the other one in reverse", () => {
    for (const { source, alignment } of alignments(copyTask)) {
      expect(alignment).toEqual(source.map((_, i) => [i, i]));
    }
    for (const { source, alignment } of alignments(reverseTask)) {
      expect(alignment).toEqual(source.map((_, i) => [source.length - 1 - i, i]));
    }
  });

  it("keep the order of equal symbols in sort", () => {
    for (const { target, alignment } of alignments(sortTask)) {
      for (let i = 1; i < target.length; i++) {
        if (target[i] === target[i - 1]) expect(alignment![i]![0]).toBeGreaterThan(alignment![i - 1]![0]);
      }
    }
  });
});

test("sort orders by rank where names have several letters", () => {
  const options = { symbols: 60, minLength: 200, maxLength: 200 };
  const [pair] = taskPairs(sortTask, { count: 1, random: new Random(1), options });
  const names = symbolNames(60);
  const ranks = pair!.target.map((token) => names.indexOf(token));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(pair!.target).toContain("z");
  expect(pair!.target.at(-1)).toMatch(/^b.$/);
});

test("unknown names are refused", () => {
  expect(() => findTask("cpy")).toThrow('There is no task "cpy". Did you mean "copy"?');
  expect(() => findTask("constructor")).toThrow('There is no task "constructor".');
});

test("the copy lesson has 11 tokens, one vocabulary, and an error for other symbols", () => {
  const { source, target } = taskTokenizers(copyTask);
  expect(target).toBe(source);
  const { vocabulary, encode, decode } = source;
  expect(vocabulary.tokens).toEqual(["<pad>", "<sos>", "<eos>", "a", "b", "c", "d", "e", "f", "g", "h"]);
  expect([vocabulary.size, vocabulary.unkId]).toEqual([11, undefined]);
  expect(decode(encode(" h  a").ids)).toBe("h a");
  expect(() => encode("a i")).toThrow(/no "i" \(token 2 of 2\)/);
});

describe("symbolNames", () => {
  it("counts as a spreadsheet does", () => {
    const names = symbolNames(703);
    expect([names[0], names[25], names[26], names[51], names[52], names[702]]).toEqual([
      "a",
      "z",
      "aa",
      "az",
      "ba",
      "aaa",
    ]);
    expect(new Set(names).size).toBe(703);
  });
});

test("the vocabulary of a task cannot be changed by who asked for it", () => {
  const letters = ["a", "b"];
  const spec = { name: "same", summary: "a test", options: {}, sample: () => ({ source: ["a"], target: ["a"] }) };
  const task = defineTask({ ...spec, vocabulary: () => ({ source: letters, target: letters }) });
  for (const side of Object.values(task.vocabulary())) (side as string[]).push("c");
  expect(task.vocabulary()).toEqual({ source: ["a", "b"], target: ["a", "b"] });
});
