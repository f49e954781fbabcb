import { describe, expect, test } from "vitest";
import { defineExtension, type ExtensionFields, extensionKind, extensionKinds } from "./extension.js";
import { HeedError } from "./heed-error.js";
import type { OptionSpecs } from "./options.js";
import type { Named } from "./registry.js";

interface Definition extends Named {
  readonly summary: string;
  readonly options: OptionSpecs;
  readonly exact?: boolean;
  compute(): number;
}

const fields: ExtensionFields<Definition> = {
  summary: "text",
  options: "options",
  exact: "boolean?",
  compute: "function",
};
const good: Definition = { name: "mine", summary: "a test", options: {}, compute: () => 1 };
/** Defines a metric as plain JavaScript would, without types. */
const define = (change: object, kind = "metric" as (typeof extensionKinds)[number]) =>
  defineExtension(kind, { ...good, ...change } as Definition, fields);

test("a definition is copied, marked with its kind, and frozen", () => {
  const metric = defineExtension("metric", good, fields);
  expect(metric).toMatchObject(good);
  expect(extensionKind(metric)).toBe("metric");
  expect(extensionKind({ ...metric, summary: "a changed copy" })).toBe("metric");
  expect(extensionKind(good)).toBeNull();
  expect(Object.isFrozen(metric)).toBe(true);
  expect(Object.keys(metric)).toEqual(Object.keys(good));
  for (const kind of extensionKinds) expect(extensionKind(define({}, kind))).toBe(kind);
});

test("an extension of another copy of this package is recognised, an unknown kind is not", () => {
  expect(extensionKind({ name: "theirs", [Symbol.for("heed.extension")]: "scorer" })).toBe("scorer");
  expect(extensionKind({ name: "later", [Symbol.for("heed.extension")]: "dream" })).toBeNull();
});

test.each([null, undefined, "scorer", 3, () => 1, {}, []])("%j is not an extension", (value) => {
  expect(extensionKind(value)).toBeNull();
});

describe("a wrong definition is refused", () => {
  const letters = "letters, digits, hyphens and underscores, first a letter";
  const none = { default: 1, meaning: "a size" };
  test.each<[change: object, message: string]>([
    [{ name: undefined }, `defineMetric: name of a metric must be ${letters}, got undefined.`],
    [{ name: "" }, `must be ${letters}, got "".`],
    [{ name: "my metric" }, `must be ${letters}, got "my metric".`],
    [{ name: "./mine.js" }, `must be ${letters}, got "./mine.js".`],
    [{ name: "1st" }, `must be ${letters}, got "1st".`],
    [{ name: 3 }, `must be ${letters}, got 3.`],
    [{ aliases: "other" }, 'aliases of the metric "mine" must be a list of names, got "other".'],
    [{ aliases: ["a b"] }, `an alias of the metric "mine" must be ${letters}, got "a b".`],
    [{ aliases: [undefined] }, `an alias of the metric "mine" must be ${letters}, got undefined.`],
    [{ compute: undefined }, 'defineMetric: compute of the metric "mine" must be a function, got undefined.'],
    [{ compute: "fast" }, 'compute of the metric "mine" must be a function, got "fast".'],
    [{ summary: " " }, 'summary of the metric "mine" must be text that is not empty, got " ".'],
    [{ exact: 1 }, 'exact of the metric "mine" must be true or false, got 1.'],
    [
      { exakt: true },
      'the metric "mine" has the field "exakt", which does not exist. Did you mean "exact"? Known: name, aliases, summary,',
    ],
    [{ toString: () => "" }, 'has the field "toString", which does not exist.'],
    [{ options: undefined }, 'options of the metric "mine" must be an object with a description of each option'],
    [{ options: { size: 3 } }, 'the option size of the metric "mine" must be described by { type, default, meaning }'],
    [
      { options: { size: none } },
      'with a type of "string", "boolean", "integer", "number", "numbers", got {"default":1',
    ],
    [{ options: { size: { ...none, type: "int" } } }, "must be described by { type, default, meaning }"],
    [{ options: { size: { type: "integer", default: 1 } } }, "must be described by { type, default, meaning }"],
    [
      { options: { size: { ...none, type: "integer", minimum: 2 } } },
      "does not accept its own default. The default must be an integer of at least 2, got 1.",
    ],
    [
      { options: { size: { ...none, type: "integer", fault: () => "It is odd." } } },
      'the option size of the metric "mine" does not accept its own default. It is odd.',
    ],
  ])("%j", (change, message) => {
    expect(() => define(change)).toThrow(HeedError);
    expect(() => define(change)).toThrow(message);
  });

  test.each([undefined, null, "mine", () => 1])("%j instead of an object", (value) => {
    expect(() => defineExtension("scorer", value as unknown as Named, {})).toThrow(
      "defineScorer expects an object with a name and other fields, got",
    );
  });
});
