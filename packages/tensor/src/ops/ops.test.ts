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
