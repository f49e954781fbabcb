import { expect, test } from "vitest";
import { Random } from "./random.js";

test("the same seed gives the same numbers, another seed others", () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("goes on from a saved state, also one that went through JSON", () => {
  const random = new Random(3);
  random.normal();
  const state = JSON.parse(JSON.stringify(random.state()));
  const expected = [random.uniform(), random.integer(0, 100), random.normal()];
  for (const resumed of [Random.fromState(state), new Random(9)]) {
    resumed.restore(state);
    expect([resumed.uniform(), resumed.integer(0, 100), resumed.normal()]).toEqual(expected);
  }
});

test("uniform, integer and normal have the moments of their distributions", () => {
  const random = new Random(5);
  const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
  const draws = (fn: () => number): number[] => Array.from({ length: 20_000 }, fn);
  const uniform = draws(() => random.uniform());
  const normal = draws(() => random.normal());
  const integers = draws(() => random.integer(-2, 3));
  expect(mean(uniform)).toBeCloseTo(0.5, 1);
  expect(mean(normal)).toBeCloseTo(0, 1);
  expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
  expect([Math.min(...integers), Math.max(...integers)]).toEqual([-2, 2]);
});

test("shuffle keeps every item and leaves the original alone", () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = new Random(1).shuffle(items);
  expect(shuffled).not.toEqual(items);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
});

test("refuses seeds, ranges and states that make no sense", () => {
  expect(() => new Random(Number.NaN)).toThrow("the seed must be a whole number");
  expect(() => new Random(1).integer(0, 0)).toThrow("there is no integer in [0, 0)");
  expect(() => Random.fromState([0, 0, 0, 0])).toThrow("is no state");
  expect(() => Random.fromState([1, 2, 3])).toThrow("is no state");
});

test("forks go their own ways", () => {
  const random = new Random(1);
  expect(random.fork().uniform()).not.toBe(random.fork().uniform());
});
