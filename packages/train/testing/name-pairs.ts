import type { Random } from "@heed/core";
import type { TextSample } from "../src/data/training-data.js";

const syllables = [
  "ka",
  "mo",
  "ri",
  "ten",
  "sul",
  "ja",
  "ne",
  "wo",
  "pim",
  "lo",
  "du",
  "bar",
  "gi",
  "hes",
  "yu",
  "zan",
];

/** Sentences and their translations. Some keep the order of the names, others change it. */
const templates = [
  ["{a} 는 {b} 를 만났다.", "{a} met {b}."],
  ["{a} 는 {b} 의 친구이다.", "{b} is a friend of {a}."],
  ["어제 {a} 는 {b} 에 갔다.", "{a} went to {b} yesterday."],
  ["{a} 의 책을 {b} 가 읽는다.", "{b} reads the book of {a}."],
  ["{a} 는 잔다.", "{a} sleeps."],
  ["나는 {a} 에서 {b} 를 보았다.", "i saw {b} in {a}."],
] as const;

/**
 * Pairs of sentences with names that are drawn anew for each sentence. Another ending gives names that occur nowhere else, so
 * that they are in no vocabulary: they can be translated only by copying.
 */
export function namePairs(count: number, random: Random, ending = ""): TextSample[] {
  const pick = <T>(list: readonly T[]): T => list[random.integer(0, list.length)]!;
  const name = (): string => `${pick(syllables)}${pick(syllables)}${pick(syllables)}${pick(syllables)}${ending}`;
  return Array.from({ length: count }, () => {
    const [source, target] = pick(templates);
    const names: Readonly<Record<string, string>> = { "{a}": name(), "{b}": name() };
    const fill = (template: string): string => template.replace(/\{.\}/g, (place) => names[place]!);
    return { source: fill(source), target: fill(target) };
  });
}
