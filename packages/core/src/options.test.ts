import { expect, test } from "vitest";
import { checkOptions, OptionError, type OptionSpec } from "./options.js";

const options: Record<string, OptionSpec> = {
  size: { type: "integer", minimum: 2, default: 8, meaning: "size" },
  share: { type: "number", meaning: "share" },
  exact: { type: "boolean", default: false, meaning: "exact" },
  betas: { type: "numbers", length: 2, minimum: 0, below: 1, meaning: "decay rates" },
  rate: { type: "number", above: 0, maximum: 2, meaning: "rate" },
  side: { type: "string", choices: ["left", "right"], meaning: "side" },
  mode: {
    type: "string",
    default: "a",
    meaning: "mode",
    fault: (value) => (value === "z" ? "There is no mode z." : undefined),
  },
};
const definition = { name: "mine", options };

test("adds defaults, keeps given values, and leaves out an option without a value", () => {
  expect(checkOptions("tokenizer", definition)).toEqual({ size: 8, exact: false, mode: "a" });
  expect(checkOptions("tokenizer", definition, { size: undefined, share: 0.5, exact: true })).toEqual({
    ...{ size: 8, share: 0.5, exact: true, mode: "a" },
  });
  const given = { betas: [0, 0.5], rate: 2, side: "left" };
  expect(checkOptions("tokenizer", definition, given)).toMatchObject(given);
});

test.each([
  [
    { sise: 3 },
    "sise",
    'The tokenizer "mine" has no option "sise". Did you mean "size"? Known: size, share, exact, betas, rate, side, mode.',
  ],
  [{ toString: 3 }, "toString", 'The tokenizer "mine" has no option "toString".'],
  [{ size: "3" }, "size", 'The option size of the tokenizer mine must be an integer of at least 2, got "3".'],
  [{ size: 2.5 }, "size", "must be an integer of at least 2, got 2.5."],
  [{ size: 1 }, "size", "must be an integer of at least 2, got 1."],
  [{ size: null }, "size", "must be an integer of at least 2, got null."],
  [{ share: 0.5, exact: 1 }, "exact", "must be true or false, got 1."],
  [{ share: "half" }, "share", 'must be a number, got "half".'],
  [{ share: Number.NaN }, "share", "must be a number, got NaN."],
  [{ betas: [0.9] }, "betas", "must be a list of 2 numbers of at least 0 and below 1, got [0.9]."],
  [{ betas: [0.9, 1] }, "betas", "must be a list of 2 numbers of at least 0 and below 1, got [0.9,1]."],
  [{ betas: 0.9 }, "betas", "must be a list of 2 numbers of at least 0 and below 1, got 0.9."],
  [{ rate: 0 }, "rate", "must be a number above 0 and of at most 2, got 0."],
  [{ rate: 2.5 }, "rate", "must be a number above 0 and of at most 2, got 2.5."],
  [{ side: "middle" }, "side", 'must be one of "left", "right", got "middle".'],
  [{ mode: ["a"] }, "mode", 'must be text, got ["a"].'],
  [{ mode: "z" }, "mode", "There is no mode z."],
])("%j is refused, and the error names the option", (given, option, message) => {
  const error = (() => {
    try {
      return checkOptions("tokenizer", definition, given);
    } catch (error) {
      return error;
    }
  })();
  expect(error).toBeInstanceOf(OptionError);
  expect(error).toMatchObject({ option, message: expect.stringContaining(message) });
});

test.each([null, 3, "a", [1]])("%j are no options", (given) => {
  expect(() => checkOptions("tokenizer", definition, given)).toThrow('tokenizer "mine" must be keys and values, got');
});

test("an option may depend on the others, with their defaults", () => {
  const ordered = {
    name: "ordered",
    options: {
      least: {
        type: "integer",
        default: 3,
        meaning: "least",
        fault: (least, { most }) =>
          (least as number) <= (most as number) ? undefined : `${least} is more than ${most}.`,
      },
      most: { type: "integer", default: 7, meaning: "most" },
    } satisfies Record<string, OptionSpec>,
  };
  expect(checkOptions("task", ordered, { least: 8, most: 9 })).toEqual({ least: 8, most: 9 });
  for (const [given, message] of [
    [{ least: 8 }, "8 is more than 7."],
    [{ most: 2 }, "3 is more than 2."],
  ] as const) {
    expect(() => checkOptions("task", ordered, given)).toThrow(message);
  }
});

test("a tokenizer without options has none", () => {
  expect(() => checkOptions("tokenizer", { name: "bare", options: {} }, { size: 3 })).toThrow(
    'no option "size". It has none.',
  );
});
