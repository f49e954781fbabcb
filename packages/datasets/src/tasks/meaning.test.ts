import { createHash } from "node:crypto";
import { type OptionValues, Random } from "@heed/core";
import { describe, expect, it, test } from "vitest";
import type { TaskExtension, TaskSample } from "../define-task.js";
import { drawPairs, taskPairs, taskText, taskTokenizers } from "../task-pairs.js";
import { taskChecks } from "../testing/index.js";
import { addTask } from "./add-task.js";
import { datesTask } from "./dates-task.js";
import { numeralsTask } from "./numerals-task.js";
import { romanizeTask } from "./romanize-task.js";

const meaningful = [datesTask, romanizeTask, numeralsTask, addTask];

describe.each([
  [addTask, {}],
  [addTask, { options: { largest: 99 }, lengths: [3, 5] }],
  [romanizeTask, { lengths: [2, 9], longestTarget: 23 }],
  [romanizeTask, { options: { minSyllables: 2, maxSyllables: 5 }, lengths: [4, 15] }],
  [numeralsTask, { lengths: [2, 8], longestTarget: 7 }],
  [numeralsTask, { options: { language: "korean" }, lengths: [2, 8] }],
  [numeralsTask, { options: { language: "english", maxDigits: 2 }, lengths: [2, 3] }],
  [datesTask, { lengths: [8, 29], longestTarget: 10 }],
  [datesTask, { options: { language: "korean" } }],
  [datesTask, { options: { language: "english", firstYear: 1999, lastYear: 2001 } }],
] as const)("the task $name", (task, options) => {
  test.each(taskChecks(task, options))("$name", ({ run }) => run());
});

/** The source tokens that each target token is aligned with. */
function linksOf({ source, target, alignment }: TaskSample): string[] {
  return target.map((token, position) => {
    const links = alignment!.filter(([, to]) => to === position).map(([from]) => source[from]);
    return `${token}<${links.join("")}`;
  });
}

/** The links of the first pair whose source is a text. */
function linked(task: TaskExtension, source: string, options: OptionValues): string[] {
  const pairs = drawPairs(task, { count: 100_000, random: new Random(1), options });
  for (const pair of pairs) if (taskText(task, pair.source) === source) return linksOf(pair);
  throw new Error(`${task.name} does not draw ${source}`);
}

/** A generator that returns given numbers. */
function scripted(...numbers: number[]): Random {
  return { integer: () => numbers.shift() } as unknown as Random;
}

describe.each(meaningful)("the task $name", (task) => {
  it("aligns every target token", () => {
    for (const { target, alignment } of taskPairs(task, { count: 1000, random: new Random(5) })) {
      expect(new Set(alignment!.map(([, to]) => to)).size).toBe(target.length);
    }
  });

  it("has text that its tokenizers read", () => {
    const { source, target } = taskTokenizers(task);
    for (const pair of taskPairs(task, { count: 500, random: new Random(6) })) {
      expect(source.encode(taskText(task, pair.source)).tokens).toEqual(pair.source);
      expect(target.encode(taskText(task, pair.target)).tokens).toEqual(pair.target);
    }
  });

  it("has one target for each source", () => {
    const targets = new Map<string, string>();
    for (const pair of taskPairs(task, { count: 5_000, random: new Random(7) })) {
      const [source, target] = [taskText(task, pair.source), taskText(task, pair.target)];
      expect(targets.get(source) ?? target).toBe(target);
      targets.set(source, target);
    }
  });
});

test("add: sums are right, and each digit is aligned with its column", () => {
  for (const { source, target } of taskPairs(addTask, { count: 3000, random: new Random(2) })) {
    const [first, second] = source.join("").split("+");
    expect(target.join("")).toBe(String(BigInt(first!) + BigInt(second!)));
  }
  expect(linked(addTask, "47+85", { largest: 99 })).toEqual(["1<48", "3<48", "2<75"]);
  expect(linked(addTask, "9+31", { largest: 99 })).toEqual(["4<3", "0<91"]);
});

test("dates: the target is the date that JavaScript reads, and digits are copied", () => {
  const english = taskPairs(datesTask, { count: 2000, random: new Random(3), options: { language: "english" } });
  for (const { source, target } of english) {
    const text = source.join("").replace(/(\d)(st|nd|rd|th)/u, "$1");
    expect(new Date(`${text} UTC`).toISOString().slice(0, 10), text).toBe(target.join(""));
  }
  const korean = taskPairs(datesTask, { count: 2000, random: new Random(3), options: { language: "korean" } });
  for (const { source, target } of korean) {
    const [year, month, day] = source.join("").match(/\d+/gu)!;
    expect(target.join("")).toBe(`${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`);
  }
  for (const pair of [...english, ...korean]) {
    const single = pair.alignment!.filter(([, to]) => pair.alignment!.filter(([, other]) => other === to).length === 1);
    for (const [from, to] of single) {
      const [source, wanted] = [pair.source[from]!, pair.target[to]!];
      if (/[1-9]/u.test(wanted)) expect(source).toBe(wanted);
    }
  }
});

test("dates: alignments", () => {
  const of2024 = (source: string): string[] => linked(datesTask, source, { firstYear: 2024, lastYear: 2024 });
  const year = ["2<2", "0<0", "2<2", "4<4"];
  expect(of2024("2024년 1월 15일")).toEqual([...year, "-<년", "0<1", "1<1", "-<월", "1<1", "5<5"]);
  expect(of2024("Jan 15, 2024")).toEqual([...year, "-<4", "0<Jan", "1<Jan", "-< ", "1<1", "5<5"]);
  expect(of2024("1/5/2024")).toEqual([...year, "-<4", "0<1", "1<1", "-</", "0<5", "5<5"]);
});

test("romanize: alignments", () => {
  const at = (letters: string, letter: string): number => Array.from(letters).indexOf(letter);
  const write = (...syllables: string[]): string[] => {
    const numbers = syllables.flatMap((text) => {
      const [initial, vowel, final] = Array.from(text) as [string, string, string | undefined];
      const start = [
        at("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", initial),
        at("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", vowel),
      ];
      return [...start, ...(final ? [1, at("ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ", final)] : [0])];
    });
    return linksOf(romanizeTask.sample(scripted(syllables.length, ...numbers)));
  };
  expect(write("ㅅㅣㄴ", "ㄹㅏ")).toEqual(["s<ㅅ", "i<ㅣ", "l<ㄴ", "l<ㄹ", "a<ㅏ"]);
  expect(write("ㅈㅗㅎ", "ㄱㅗ")).toEqual(["j<ㅈ", "o<ㅗ", "k<ㅎㄱ", "o<ㅗ"]);
  expect(write("ㄷㅏㄺ", "ㅇㅡㄹ")).toEqual(["d<ㄷ", "a<ㅏ", "l<ㄺ", "g<ㄺ", "e<ㅡ", "u<ㅡ", "l<ㄹ"]);
  expect(write("ㄱㅏㅇ")).toEqual(["g<ㄱ", "a<ㅏ", "n<ㅇ", "g<ㅇ"]);
});

test("numerals: alignments", () => {
  const of = (source: string): string[] => linked(numeralsTask, source, {});
  expect(of("korean: 1 2 0 3")).toEqual(["천<1", "이<2", "백<2", "삼<3"]);
  expect(of("english: 2 1 5")).toEqual(["two<2", "hundred<2", "fifteen<15"]);
  expect(of("digits: two hundred five")).toEqual(["2<twohundred", "0<five", "5<five"]);
  expect(of("digits: 삼 백")).toEqual(["3<삼백", "0<백", "0<백"]);
  expect(of("digits: fifteen")).toEqual(["1<fifteen", "5<fifteen"]);
});

test("impossible options are refused", () => {
  const draw = (task: TaskExtension, options: object) => () => task.sample(new Random(1), { ...options });
  expect(draw(datesTask, { firstYear: 2050 })).toThrow(/got firstYear 2050 and lastYear 2049/);
  expect(draw(romanizeTask, { minSyllables: 4 })).toThrow(/got minSyllables 4 and maxSyllables 3/);
  expect(draw(numeralsTask, { language: "german" })).toThrow(/language of the task numerals must be .*got "german"/);
  expect(draw(numeralsTask, { maxDigits: 5 })).toThrow(/maxDigits .* got 5/);
});

// Recipes keep their results only as long as their data stay the same bit for bit.
test.each([
  [datesTask, "aef44f35d2acc63ed3678c3e1e9680bbbb8567282f16e3ca9704b3f05723aa22"],
  [romanizeTask, "1454a910dee759c52d7933ddee025dc3bc24365d3bb57a8d6b9069096722c41f"],
  [numeralsTask, "bcab93b1911a47827ce57ef0acef204d491aa075ecde4b728366ba8df98e7bc2"],
  [addTask, "50654c39eb911bcbfe41bfffebe7e5960ce751afde066e42298bab12b0e93901"],
])("$name draws the same pairs for a seed in every version", (task, sha256) => {
  const pairs = taskPairs(task, { count: 2000, random: new Random(7) });
  expect(createHash("sha256").update(JSON.stringify(pairs)).digest("hex")).toBe(sha256);
});
