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

test("continues from a saved state, also after a round trip through JSON", () => {
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

test("rejects invalid seeds, ranges and states", () => {
  expect(() => new Random(Number.NaN)).toThrow("the seed must be an integer");
  expect(() => new Random(1).integer(0, 0)).toThrow("there is no integer in [0, 0)");
  expect(() => Random.fromState([0, 0, 0, 0])).toThrow("a state is four 32-bit integers");
  expect(() => Random.fromState([1, 2, 3])).toThrow("a state is four 32-bit integers");
});

test("forks go their own ways", () => {
  const random = new Random(1);
  expect(random.fork().uniform()).not.toBe(random.fork().uniform());
});

test("a derived generator depends on the seed and every key, and on nothing else", () => {
  const first = (seed: number, ...keys: number[]): number => Random.derive(seed, ...keys).uniform();
  expect(first(1, 2, 3)).toBe(first(1, 2, 3));
  const draws = [first(1), first(1, 2), first(1, 2, 3), first(1, 3, 2), first(2, 2, 3), first(1, 2, 3 + 2 ** 32)];
  for (let step = 0; step < 2000; step++) draws.push(first(0, step, 0), first(0, step, 1));
  expect(new Set(draws).size).toBe(draws.length);
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  expect(mean).toBeGreaterThan(0.48);
  expect(mean).toBeLessThan(0.52);
  expect(() => Random.derive(1, 0.5)).toThrow("a key must be an integer, got 0.5");
});
