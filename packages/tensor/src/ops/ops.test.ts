import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Tensor } from "../tensor.js";
import { methods } from "../tensor-methods.js";
import { opChecks } from "../testing/index.js";
import { builtInOps } from "./index.js";

describe("every operation", () => {
  // An operation that used a method of tensors would depend on a file that imports operations.
  for (const name of Object.keys(methods)) Reflect.deleteProperty(Tensor.prototype, name);

  for (const check of opChecks()) test(check.name, check.run);

  test("has samples and a name of its own", () => {
    const names = builtInOps.map((op) => op.opName);
    expect(new Set(names).size).toBe(names.length);
    expect(builtInOps.filter((op) => op.description.samples.length === 0)).toEqual([]);
  });
});

/** The sources of all operations, by name. */
const sources = new Map(
  readdirSync(new URL("./", import.meta.url))
    .filter((name) => name.endsWith(".op.ts"))
    .map((name) => readFileSync(new URL(name, import.meta.url), "utf8"))
    .map((text) => [/^ {2}name: "(\w+)"/m.exec(text)![1]!, text]),
);

describe("editors show", () => {
  test.each(builtInOps.map((op) => [op.opName, op] as const))(
    "the names and shapes of the arguments of %s",
    (name, op) => {
      const source = sources.get(name)!;
      const start = source.indexOf(": Op<");
      const doc = source.slice(source.lastIndexOf("/**", start), source.lastIndexOf("*/", start));
      const [, type] = /\[([^\]]*(?:\[\][^\]]*)*)\]/.exec(source.slice(start))!;
      const labels = Array.from(type!.matchAll(/(\w+): /g), ([, label]) => label);
      expect(labels).toEqual(op.description.inputs.map((input) => input.replace("?", "")));
      expect(doc).toMatch(/`\[/);
      for (const label of labels) expect(doc).toContain(`\`${label}\``);
    },
  );
});
