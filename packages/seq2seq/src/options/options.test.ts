import { describe, expect, test } from "vitest";
import * as classic from "zod";
import * as z from "zod/mini";
import { recurrentOptions } from "../models/recurrent-model.js";
import { option } from "./option.js";
import { parseOptions } from "./parse-options.js";
import { withDefaults } from "./with-defaults.js";

const descriptionOf = (schema: z.core.$ZodType) => z.globalRegistry.get(schema)?.description;

describe("withDefaults", () => {
  const options = withDefaults(recurrentOptions, { hiddenSize: 7, cell: "lstm" });

  test("changes the defaults that are named, and no others", () => {
    const before = z.parse(recurrentOptions, {});
    expect(z.parse(options, {})).toEqual({ ...before, hiddenSize: 7, cell: "lstm" });
    expect(z.parse(recurrentOptions, {})).toEqual(before);
    expect(before.hiddenSize).toBe(128);
    expect(() => z.parse(options, { hiddenSize: 0 })).toThrow();
  });

  test("keeps the descriptions", () => {
    expect(descriptionOf(options.shape.hiddenSize)).toBe(descriptionOf(recurrentOptions.shape.hiddenSize));
    expect(descriptionOf(options.shape.hiddenSize)).toMatch(/^Size of a state/);
  });

  test("gives a default to an option that has none", () => {
    const plain = z.strictObject({ size: z.int().check(z.describe("Size.")), rate: z.optional(z.number()) });
    const changed = withDefaults(plain, { size: 3, rate: 0.5 });
    expect(z.parse(changed, {})).toEqual({ size: 3, rate: 0.5 });
    expect(descriptionOf(changed.shape.size)).toBe("Size.");
  });

  test("refuses unknown options and wrong values", () => {
    // @ts-expect-error: the key is misspelt
    expect(() => withDefaults(recurrentOptions, { hidenSize: 3 })).toThrow('Did you mean "hiddenSize"?');
    expect(() => withDefaults(recurrentOptions, { hiddenSize: -3 })).toThrow(
      "withDefaults: hiddenSize must be greater than 0, got -3.",
    );
  });
});

test("an option may have a schema of zod or of zod/mini", () => {
  const options = z.extend(recurrentOptions, {
    width: option(classic.int().positive(), 3, "Size of a window."),
    depth: option(z.int().check(z.positive()), 4, { description: "Number of windows.", extension: "scorer" }),
  });
  const { width, depth } = parseOptions("MyModel", options, {});
  expect([width, depth]).toEqual([3, 4]);
  expect(descriptionOf(options.shape.width)).toBe("Size of a window.");
  expect(z.globalRegistry.get(options.shape.depth)).toMatchObject({ extension: "scorer" });
  for (const key of ["width", "depth"]) {
    expect(() => parseOptions("MyModel", options, { [key]: 0.5 })).toThrow(`${key} must be an integer, got 0.5`);
    expect(() => parseOptions("MyModel", options, { [key]: -1 })).toThrow(`${key} must be greater than 0, got -1`);
  }
});

describe.each([
  ["zod/mini", z],
  ["zod", classic],
] as const)("messages of %s", (_, { strictObject, union, int, string, number, url }) => {
  const message = (schema: z.core.$ZodType, value: unknown): string => {
    try {
      parseOptions("M", z.strictObject({ a: schema }), { a: value });
      return "no error";
    } catch (error) {
      return (error as Error).message;
    }
  };

  test.each<[string, z.core.$ZodType, unknown]>([
    [
      'M: a has no option "siz". Did you mean "size"? Known: size.',
      union([number(), strictObject({ size: int() })]),
      { size: 1, siz: 1 },
    ],
    ["M: a must be a number or an object with keys, got true.", union([number(), strictObject({ size: int() })]), true],
    ['M: a must match /^[0-9]+$/, got "x".', string().check(z.regex(/^[0-9]+$/)), "x"],
    ['M: a must have the format url, got "x".', url(), "x"],
    ["M: a must be a multiple of 8, got 12.", number().check(z.multipleOf(8)), 12],
    ["M: a must be a finite number, got Infinity.", number(), Number.POSITIVE_INFINITY],
    ["M: a must be at most 5, got 6.", number().check(z.maximum(5)), 6],
  ])("%s", (expected, schema, value) => {
    expect(message(schema, value)).toBe(expected);
  });
});
