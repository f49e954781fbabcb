import { Random } from "@heed/core";
import { describe, expect, test } from "vitest";
import { DataError } from "./data-error.js";
import { defineTask, type TaskSample, type TaskVocabulary } from "./define-task.js";
import { findTask } from "./find-task.js";
import { taskLimits } from "./limits.js";
import { drawPairs, taskPairs, taskText, taskTokenizers } from "./task-pairs.js";
import { copyTask } from "./tasks/index.js";

const digits = Array.from("0123456789");
const parity = defineTask<{ length: number }>({
  name: "parity",
  summary: "digits in, whether their sum is even out",
  options: { length: { type: "integer", minimum: 1, default: 4, meaning: "Number of digits." } },
  vocabulary: () => ({ source: digits, target: ["even", "odd"] }),
  sample(random, { length }) {
    const drawn = Array.from({ length }, () => random.integer(0, 10));
    return { source: drawn.map(String), target: [drawn.reduce((a, b) => a + b) % 2 === 0 ? "even" : "odd"] };
  },
});

test("a task of one's own has a vocabulary for each side, and its own options", () => {
  expect(findTask("parity", [parity])).toBe(parity);
  const { source, target } = taskTokenizers(parity);
  expect(source.encode("1 2").ids).toEqual([4, 5]);
  expect(target.encode("odd").ids).toEqual([4]);
  const pairs = taskPairs(parity, { count: 50, random: new Random(1), options: { length: 2 } });
  expect(pairs.map(({ source }) => source.length)).toEqual(Array(50).fill(2));
  for (const { source, target } of pairs) {
    expect(target).toEqual([(Number(source[0]) + Number(source[1])) % 2 === 0 ? "even" : "odd"]);
  }
  expect(() => findTask("copy", [defineTask({ ...mine(), name: "copy" })])).toThrow('Two tasks have the name "copy"');
});

/** A definition as plain JavaScript would write it. */
function mine(
  sample: unknown = { source: ["a"], target: ["b"] },
  vocabulary: unknown = { source: ["a"], target: ["b"] },
) {
  return {
    name: "mine",
    summary: "a test",
    options: {},
    vocabulary: () => vocabulary as TaskVocabulary,
    sample: () => sample as TaskSample,
  };
}

const draw = (definition: ReturnType<typeof mine>) => () =>
  taskPairs(defineTask(definition), { count: 2, random: new Random(1) });

describe("what a task draws is checked", () => {
  const pair = { source: ["a", "a"], target: ["b"] };
  test.each<[sample: unknown, message: string]>([
    [null, "sample() must return { source, target }, two lists of tokens; source is undefined."],
    [{ source: "a", target: ["b"] }, 'two lists of tokens; source is "a".'],
    [{ source: ["a"] }, "two lists of tokens; target is undefined."],
    [{ source: [], target: ["b"] }, "the source must have at least one token, got none."],
    [{ source: ["a", "z"], target: ["b"] }, 'source[1] is "z", which the vocabulary of the source lacks.'],
    [{ source: ["a"], target: ["a"] }, 'target[0] is "a", which the vocabulary of the target lacks.'],
    [{ source: [0], target: ["b"] }, "source[0] is 0, which the vocabulary of the source lacks."],
    [{ ...pair, alignment: "diagonal" }, 'alignment must be a list of [source, target] positions, got "diagonal".'],
    [
      {
        ...pair,
        alignment: [
          [0, 0],
          [2, 0],
        ],
      },
      "alignment[1] must be [source position below 2, target position below 1], got [2,0].",
    ],
    [{ ...pair, alignment: [[0, 1]] }, "alignment[0] must be [source position below 2, target position below 1]"],
    [{ ...pair, alignment: [[-1, 0]] }, "got [-1,0]."],
    [{ ...pair, alignment: [[0.5, 0]] }, "got [0.5,0]."],
    [{ ...pair, alignment: [[0]] }, "got [0]."],
    [{ ...pair, alignment: [0] }, "got 0."],
  ])("%j", (sample, message) => {
    expect(draw(mine(sample))).toThrow(DataError);
    expect(draw(mine(sample))).toThrow(`Sample 1 of the task "mine": `);
    expect(draw(mine(sample))).toThrow(message);
  });

  test("an empty target and an alignment of some positions are right", () => {
    expect(draw(mine({ source: ["a"], target: [], alignment: [] }))).not.toThrow();
    expect(draw(mine({ ...pair, alignment: [[1, 0]] }))).not.toThrow();
  });
});

describe("the vocabulary of a task is checked", () => {
  test.each<[vocabulary: unknown, message: string]>([
    [null, "source has no tokens, got undefined."],
    [{ source: ["a"] }, "target has no tokens, got undefined."],
    [{ source: [], target: ["b"] }, "source has no tokens, got []."],
    [
      { source: ["a", "b c"], target: ["b"] },
      'source[1] must be text in Unicode NFC without white space, and not special, got "b c".',
    ],
    [{ source: ["a", ""], target: ["b"] }, 'got "".'],
    [
      { source: ["a"], target: ["<eos>"] },
      'target[0] must be text in Unicode NFC without white space, and not special, got "<eos>".',
    ],
    [{ source: ["e\u0301"], target: ["b"] }, "source[0] must be text in Unicode NFC"],
    [{ source: [1], target: ["b"] }, "got 1."],
    [{ source: ["a", "b", "a"], target: ["b"] }, 'source contains "a" twice.'],
  ])("%j", (vocabulary, message) => {
    for (const use of [
      draw(mine(undefined, vocabulary)),
      () => taskTokenizers(defineTask(mine(undefined, vocabulary))),
    ]) {
      expect(use).toThrow(DataError);
      expect(use).toThrow(
        'vocabulary() of the task "mine" must return { source, target }, two lists of different tokens: ',
      );
      expect(use).toThrow(message);
    }
  });
});

test("pairs that are drawn one by one are those of the list", () => {
  const options = { count: 20, options: { symbols: 5 } };
  const drawn = [...drawPairs(copyTask, { ...options, random: new Random(4) })];
  expect(drawn).toEqual(taskPairs(copyTask, { ...options, random: new Random(4) }));
});

test("a few numbers cannot ask for all memory", () => {
  expect(() => taskTokenizers(copyTask, { symbols: 4e9 })).toThrow(
    "of at least 1 and of at most 100000, got 4000000000",
  );
  const long = { count: 1, random: new Random(1), options: { minLength: 4e9, maxLength: 4e9 } };
  expect(() => taskPairs(copyTask, long)).toThrow(
    "maxLength of the task copy must be an integer of at least 1 and of at most 10000",
  );
  // A sparse list takes no memory.
  const wide = defineTask({
    ...mine(),
    sample: () => ({ source: ["x"], target: new Array<string>(taskLimits.tokens) }),
  });
  expect(() => taskPairs(wide, { count: 7, random: new Random(1) })).toThrow(
    'The task "mine": 7 pairs must have at most 50000000 tokens, got more in the first 1. Ask for fewer or shorter pairs.',
  );
});

describe("tasks whose tokens are characters", () => {
  const letters = (tokens: readonly string[] = ["a", " ", "👋"]) =>
    defineTask({
      ...mine({ source: ["a", " ", "👋"], target: ["a"] }, { source: tokens, target: ["a"] }),
      characters: true,
    });

  test("have text without separators, in which a space is a token", () => {
    const task = letters();
    expect([task.characters, copyTask.characters]).toEqual([true, false]);
    expect(taskText(task, ["a", " ", "👋"])).toBe("a 👋");
    expect(taskText(copyTask, ["a", "b"])).toBe("a b");
    const { source } = taskTokenizers(task);
    expect(source.name).toBe("character");
    expect(source.encode("a 👋").tokens).toEqual(["a", " ", "👋"]);
    expect(taskPairs(task, { count: 1, random: new Random(1) })[0]!.source).toEqual(["a", " ", "👋"]);
  });

  test.each([["ab"], ["\t"], [""], ["\u1112\u1161"]])("refuse the token %j", (token) => {
    expect(() => taskTokenizers(letters(["a", token]))).toThrow(
      `source[1] must be one character in Unicode NFC, and not special, got ${JSON.stringify(token)}.`,
    );
  });
});

describe("seen sources", () => {
  test("are drawn neither again nor twice", () => {
    const seen = new Set(["1 1", "2 2"]);
    const options = { length: 2 };
    const pairs = taskPairs(parity, { count: 98, random: new Random(1), options, seen });
    expect(new Set(pairs.map(({ source }) => source.join(" "))).size).toBe(98);
    expect(pairs.some(({ source }) => source.join(" ") === "1 1")).toBe(false);
    expect(seen.size).toBe(100);
    expect(() => taskPairs(parity, { count: 1, random: new Random(1), options, seen })).toThrow(DataError);
  });
});
