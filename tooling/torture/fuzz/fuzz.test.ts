import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fuzzTargets } from "./all-targets.js";
import { assertMessage, resultOrRefusalSync } from "./fuzz-target.js";
import { fuzz } from "./run-fuzz.js";

/** `npm run torture` tries many more. */
const SHARE = 0.002;

test.for(fuzzTargets)("$name", async (target) => {
  const { inputs, failures } = await fuzz(target, { share: SHARE, seed: 2 });
  expect(failures).toEqual([]);
  expect(inputs).toBe(Math.round(target.inputs * SHARE));
});

test("a whole run gives more than a million inputs", () => {
  expect(fuzzTargets.reduce((sum, { inputs }) => sum + inputs, 0)).toBeGreaterThan(1_000_000);
});

test("an accident is a failure, with the smallest input and the seed that repeats it", async () => {
  const longest = (texts: readonly string[]): number => texts.reduce((a, b) => (a.length > b.length ? a : b)).length;
  const careless = {
    name: "careless",
    inputs: 100,
    property: () => fc.property(fc.array(fc.string()), (texts) => void resultOrRefusalSync(() => longest(texts))),
  };
  const { failures } = await fuzz(careless, { share: 1, seed: 5 });
  expect(failures).toMatchObject([{ target: "careless", seed: 5, input: "[[]]" }]);
  expect(failures[0]!.message).toContain("expected a HeedError, got TypeError: Reduce of empty array");
});

test.each([
  "Cannot read properties of undefined (reading 'x')",
  "a.map is not a function",
  "This is a fault of heed: set HEED_DEBUG=1.",
  "got [object Object]",
  "wrong",
  "x".repeat(30_000),
])("the message %.30s is no help", (message) => {
  expect(() => assertMessage(message)).toThrow(/the message/);
});
