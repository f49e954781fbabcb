import { describe, expect, test } from "vitest";
import { HeedError } from "./heed-error.js";
import { Registry, UnknownNameError } from "./registry.js";

const additive = { name: "additive", aliases: ["bahdanau", "mlp"] };
const dot = { name: "dot" };

describe("Registry", () => {
  const scorers = new Registry<{ name: string; aliases?: readonly string[] }>("scorer", [additive, dot]);

  test("finds items by name and by alias, and lists them in order", () => {
    expect([scorers.get("additive"), scorers.get("mlp"), scorers.get("dot")]).toEqual([additive, additive, dot]);
    expect(scorers.names).toEqual(["additive", "dot"]);
    expect([...scorers]).toEqual([additive, dot]);
    expect([scorers.has("bahdanau"), scorers.has("cosine"), scorers.has("toString")]).toEqual([true, false, false]);
  });

  test("suggests a similar name and lists the known ones", () => {
    const find = () => scorers.get("bahdanu");
    expect(find).toThrow(UnknownNameError);
    expect(find).toThrow('There is no scorer "bahdanu". Did you mean "bahdanau"? Known: additive, dot.');
    expect(() => scorers.get(3 as never)).toThrow("Expected the name of a scorer, got 3. Known: additive, dot.");
    expect(() => scorers.get("__proto__")).toThrow('There is no scorer "__proto__". Known: additive, dot.');
  });

  test("refuses two items with one name", () => {
    expect(() => new Registry("scorer", [dot, { name: "mine", aliases: ["dot"] }])).toThrow(HeedError);
    expect(() => new Registry("scorer", [dot, { name: "dot" }])).toThrow('Two scorers have the name "dot"');
    expect(new Registry("scorer", [dot, dot]).names).toEqual(["dot"]);
  });
});
