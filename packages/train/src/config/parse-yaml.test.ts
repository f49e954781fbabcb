import { expect, test } from "vitest";
import { runLimits } from "../limits.js";
import { ConfigError } from "./config-error.js";
import { parseYaml } from "./parse-yaml.js";
import { checkConfig } from "./run-config.js";

const { configBytes, configDepth, configValues, configFaults } = runLimits;

const bomb = ["a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]"];
for (const [name, last] of ["ba", "cb", "dc", "ed"]) bomb.push(`${name}: &${name} [${`*${last}, `.repeat(9)}]`);

test.each([
  ["an alias bomb", bomb.join("\n"), /alias/i],
  ["an alias within its own value", "seed: &a [*a]", /^f\.yaml: not valid YAML: its aliases expand to more than 5000/],
  ["an alias of nothing", "recipe: copy\ndata: {a: *b}", /^f\.yaml: not valid YAML: Unresolved alias/],
  [
    "a function",
    "a: 1\nseed: !!js/function x",
    /^f\.yaml:2: not valid YAML: Unresolved tag: tag:yaml\.org,2002:js\/func/,
  ],
  ["a set", "training: !!set {epochs}", /^f\.yaml:1: not valid YAML: Unresolved tag: tag:yaml\.org,2002:set/],
  ["a set of YAML 1.1", "%YAML 1.1\n---\ntraining: !!set {epochs}", /Unresolved tag: tag:yaml\.org,2002:set/],
  ["binary data", "a: !!binary aGVsbG8=", /Unresolved tag/],
  ["two documents", "a: 1\n---\nb: 1", /^f\.yaml:2: not valid YAML: .*multiple documents/],
  ["a key twice", "a: 1\nb: 2\na: 3", /^f\.yaml:3: not valid YAML: Map keys must be unique/],
  ["open brackets", "[".repeat(100_000), /^f\.yaml:1: not valid YAML: expected at most 32 nested levels/],
  ["lists in lists", "- ".repeat(10_000), /expected at most 32 nested levels/],
  ["keys in keys", "? ".repeat(10_000), /expected at most 32 nested levels/],
  ["mappings in mappings", `${"{a: ".repeat(9000)}${"}".repeat(9000)}`, /expected at most 32 nested levels/],
  ["many keys", Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n"), /:\d+: .*at most 5000 keys and val/],
  ["a long list", `a: [${"1,".repeat(60_000)}]`, /at most 5000 keys and values/],
  ["a long text", `a: ${"x".repeat(configBytes)}`, /^f\.yaml: expected a configuration of at most 262144 bytes, got/],
])("%s is refused", async (_, text, message) => {
  await expect(parseYaml(text, "f.yaml")).rejects.toThrow(ConfigError);
  await expect(parseYaml(text, "f.yaml")).rejects.toThrow(message);
});

test("what is at a limit is read, and so are a few aliases", async () => {
  // A document, a mapping, its key, and a list of the rest.
  const list = `a: [${"1,".repeat(configValues - 4)}]`;
  expect((await parseYaml(list, "f")).values).toEqual({ a: new Array(configValues - 4).fill(1) });
  const deep = "[".repeat(configDepth + 1) + "]".repeat(configDepth + 1);
  expect(JSON.stringify((await parseYaml(deep, "f")).values)).toBe(deep);
  await expect(parseYaml(`a: [${"1,".repeat(configValues - 3)}]`, "f")).rejects.toThrow(/at most 5000/);
  await expect(parseYaml(`[${deep}]`, "f")).rejects.toThrow(/at most 32/);
  expect((await parseYaml("a: &x {b: 1}\nc: *x\nd: *x", "f")).values).toEqual({
    a: { b: 1 },
    c: { b: 1 },
    d: { b: 1 },
  });
});

test("a key has a line; a missing key has the line of the key around it", async () => {
  const { lineOf } = await parseYaml("recipe: copy\ntraining:\n  epochs: 1\n  betas: [1,\n    2]\n", "f");
  expect(lineOf(["training"])).toBe(2);
  expect(lineOf(["training", "epochs"])).toBe(3);
  expect(lineOf(["training", "betas", "1"])).toBe(5);
  expect(lineOf(["training", "none", "none"])).toBe(2);
  expect(lineOf(["none"])).toBe(1);
  expect((await parseYaml("", "f")).lineOf(["none"])).toBe(1);
});

test("a message lists the first faults only", async () => {
  const training = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key${i}`, 1]));
  const error = await Promise.resolve({ recipe: "copy", training })
    .then(checkConfig)
    .catch((thrown: ConfigError) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  const { issues, message } = error as ConfigError;
  expect(issues).toHaveLength(1000);
  expect(message.split("\n")).toHaveLength(configFaults + 1);
  expect(message).toMatch(/\nand 980 more faults\.$/);
});
