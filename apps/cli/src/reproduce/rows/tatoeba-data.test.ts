import { expect, it } from "vitest";
import { splitTatoeba } from "./tatoeba-data.js";

const pair = (source: string, target: string) => ({ source, target });

it("leaves out pairs with a sentence of the test set on either side, whatever its case and punctuation", () => {
  const others = Array.from({ length: 30 }, (_, i) => pair(`소스 ${i}`, `target ${i}`));
  const overlapping = [
    pair("안녕!", "other"),
    pair("나는 갑니다.", "other words"),
    pair("다른 말", "HELLO"),
    pair("또 다른 말", "I  go"),
  ];
  const test = [pair("안녕", "hello."), pair("나는 갑니다", "I go.")];
  const { train, validation } = splitTatoeba([...overlapping, ...others], test, 20);
  const kept = [...train, ...validation];
  expect(kept).toHaveLength(30);
  expect(kept.filter((each) => overlapping.includes(each))).toEqual([]);
  expect(train).toHaveLength(20);
  expect(validation).toHaveLength(10);
});

it("keeps pairs that share a sentence in one set", () => {
  const pairs = Array.from({ length: 60 }, (_, i) => pair(`소스 ${i % 20}!`, `target ${i % 20}${".".repeat(i % 3)}`));
  const { train, validation } = splitTatoeba(pairs, [], 45);
  const sources = new Set(train.map(({ source }) => source));
  expect(validation.length).toBeGreaterThan(0);
  expect(validation.filter(({ source }) => sources.has(source))).toEqual([]);
});

it("gives the same sets each time", () => {
  const pairs = Array.from({ length: 50 }, (_, i) => pair(`소스 ${i}`, `target ${i}`));
  expect(splitTatoeba(pairs, [], 40)).toEqual(splitTatoeba(pairs, [], 40));
});
