import { describe, expect, it } from "vitest";
import { applySettings, parseSetting } from "./apply-settings.js";
import { UsageError } from "./usage-error.js";

const known = [
  "seed",
  "model.combine",
  "model.hiddenSize",
  "data.source",
  "data.maxLength",
  "training.epochs",
  "training.accumulate",
  "training.clipNorm",
];
const parse = async (text: string): Promise<unknown> => (await parseSetting(text, known)).value;

describe("parseSetting", () => {
  it("reads YAML scalars", async () => {
    expect(await parse("training.epochs=3")).toBe(3);
    expect(await parse("training.clipNorm=1e-3")).toBe(0.001);
    expect(await parse("training.clipNorm=null")).toBeNull();
    expect(await parse("model.combine=add")).toBe("add");
    expect(await parse('model.combine="3"')).toBe("3");
    expect(await parse("data.source=자료/한국어.txt")).toBe("자료/한국어.txt");
    expect(await parse("data.source=C:\\a=b.txt")).toBe("C:\\a=b.txt");
    expect(await parse("data.source=-")).toBe("-");
  });

  it.each([
    ["epochs=3", /no key "epochs"\. Did you mean "training\.epochs"\?/],
    ["training.epohcs=3", /Did you mean "training\.epochs"\?/],
    ["training.accum=2", /Did you mean "training\.accumulate"\?/],
    ["accum=2", /Did you mean "training\.accumulate"\?/],
    ["hidden=3", /Did you mean "model\.hiddenSize"\?/],
    ["zzzzzz=3", /Known: seed, model\.combine/],
    ["__proto__.x=3", /no key "__proto__\.x"/],
    ["training.epochs", /must be key=value/],
    ["=3", /must be key=value/],
    ["data.source=[a", /^--set data\.source:1: not valid YAML.*quotes/],
    ["data.source={a: *b}", /not valid YAML: Unresolved alias/],
    ["data.source=&a [*a]", /aliases expand to more than 5000 values/],
    ["seed=!!js/function x", /not valid YAML: Unresolved tag/],
    ["seed=!!set {a}", /not valid YAML: Unresolved tag/],
    [`seed=${"[".repeat(40)}`, /not valid YAML: expected at most 32 nested levels/],
  ])("refuses %s", async (text, message) => {
    await expect(parseSetting(text, known)).rejects.toThrow(UsageError);
    await expect(parseSetting(text, known)).rejects.toThrow(message);
  });
});

describe("applySettings", () => {
  it("lays settings over a configuration, the last one on top, and leaves it as it was", async () => {
    const config = { recipe: "copy", training: { epochs: 1, batchSize: 8 } };
    const texts = ["training.epochs=2", "training.epochs=3", "model.combine=add"];
    const settings = await Promise.all(texts.map((text) => parseSetting(text, known)));
    expect(applySettings(config, settings)).toEqual({
      recipe: "copy",
      training: { epochs: 3, batchSize: 8 },
      model: { combine: "add" },
    });
    expect(config.training.epochs).toBe(1);
  });
});
