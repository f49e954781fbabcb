import { expect, test } from "vitest";
import { checkOptions, type TokenizerOption } from "./check-options.js";
import { TokenizerError } from "./tokenizer-error.js";

const options: Record<string, TokenizerOption> = {
  size: { type: "integer", minimum: 2, default: 8, meaning: "size" },
  share: { type: "number", meaning: "share" },
  exact: { type: "boolean", default: false, meaning: "exact" },
  mode: {
    type: "string",
    default: "a",
    meaning: "mode",
    fault: (value) => (value === "z" ? "There is no mode z." : undefined),
  },
};
const definition = { name: "mine", options };

test("adds defaults, keeps given values, and leaves out an option without a value", () => {
  expect(checkOptions(definition)).toEqual({ size: 8, exact: false, mode: "a" });
  expect(checkOptions(definition, { size: undefined, share: 0.5, exact: true })).toEqual({
    ...{ size: 8, share: 0.5, exact: true, mode: "a" },
  });
});

test.each([
  [
    { sise: 3 },
    "sise",
    'The tokenizer "mine" has no option "sise". Did you mean "size"? Known: size, share, exact, mode.',
  ],
  [{ toString: 3 }, "toString", 'The tokenizer "mine" has no option "toString".'],
  [{ size: "3" }, "size", 'The option size of the tokenizer mine must be an integer of at least 2, got "3".'],
  [{ size: 2.5 }, "size", "must be an integer of at least 2, got 2.5."],
  [{ size: 1 }, "size", "must be an integer of at least 2, got 1."],
  [{ size: null }, "size", "must be an integer of at least 2, got null."],
  [{ share: 0.5, exact: 1 }, "exact", "must be true or false, got 1."],
  [{ share: "half" }, "share", 'must be a number, got "half".'],
  [{ mode: ["a"] }, "mode", 'must be text, got ["a"].'],
  [{ mode: "z" }, "mode", "There is no mode z."],
])("%j is refused, and the error names the option", (given, option, message) => {
  const error = (() => {
    try {
      return checkOptions(definition, given);
    } catch (error) {
      return error;
    }
  })();
  expect(error).toBeInstanceOf(TokenizerError);
  expect(error).toMatchObject({ option, message: expect.stringContaining(message) });
});

test.each([null, 3, "a", [1]])("%j are no options", (given) => {
  expect(() => checkOptions(definition, given)).toThrow('tokenizer "mine" must be keys and values, got');
});

test("a tokenizer without options has none", () => {
  expect(() => checkOptions({ name: "bare", options: {} }, { size: 3 })).toThrow('no option "size". It has none.');
});
