import { expect, test } from "vitest";
import { linksOfWeights } from "./links-of-weights.js";

const weights = [
  [0.7, 0.2, 0.1, 0],
  [0.1, 0.3, 0.4, 0.2],
  [0.1, 0.1, 0.2, 0.6],
];

test("each target word is linked with the source word of largest weight", () => {
  expect(linksOfWeights(weights)).toEqual([
    [0, 0],
    [2, 1],
    [3, 2],
  ]);
  expect(linksOfWeights([[0.5, 0.5]])).toEqual([[0, 0]]);
  expect(linksOfWeights([Float32Array.of(0.2, 0.8)])).toEqual([[1, 0]]);
});

test("with a threshold, all pairs of at least this weight are linked", () => {
  expect(linksOfWeights(weights, { threshold: 0.3 })).toEqual([
    [0, 0],
    [1, 1],
    [2, 1],
    [3, 2],
  ]);
  expect(linksOfWeights(weights, { threshold: 0.65 })).toEqual([[0, 0]]);
  expect(linksOfWeights([[1, 0]], { threshold: 0 })).toHaveLength(2);
});

test("weights of the source word's tokens are added, those of the target word's averaged", () => {
  // Word 1 of the source has the tokens 1 and 2: 0.3, 0.7 and 0.3; word 1 of the target has the tokens 1 and 2.
  const words = { sourceWords: [0, 1, 1, 2], targetWords: [0, 1, 1] };
  expect(linksOfWeights(weights, words)).toEqual([
    [0, 0],
    [1, 1], // (0.7 + 0.3) / 2 = 0.5, and (0.2 + 0.6) / 2 = 0.4 for source word 2
  ]);
  expect(linksOfWeights(weights, { ...words, threshold: 0.45 })).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(linksOfWeights(weights, { ...words, threshold: 0.55 })).toEqual([[0, 0]]);
});

test("tokens of no word are left out on both sides", () => {
  expect(linksOfWeights(weights, { sourceWords: [0, 1, 2], targetWords: [0, 1] })).toEqual([
    [0, 0],
    [2, 1],
  ]);
  expect(linksOfWeights(weights, { sourceWords: [-1, 0, 1, 2], targetWords: [-1, 0, 1] })).toEqual([
    [1, 0],
    [2, 1],
  ]);
  expect(linksOfWeights(weights, { sourceWords: [] })).toEqual([]);
  expect(linksOfWeights([])).toEqual([]);
});

test("rows of different lengths and a wrong threshold are refused", () => {
  expect(() => linksOfWeights([[1], [0.5, 0.5]])).toThrow("got 1 weights in row 0 and 2 in row 1.");
  expect(() => linksOfWeights([[1]], { threshold: 1.5 })).toThrow("threshold must be a number from 0 to 1, got 1.5.");
});
