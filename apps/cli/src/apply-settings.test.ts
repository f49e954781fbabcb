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
const parse = (text: string): unknown => parseSetting(text, known).value;

describe("parseSetting", () => {
  it("reads YAML scalars", () => {
    expect(parse("training.epochs=3")).toBe(3);
    expect(parse("training.clipNorm=1e-3")).toBe(0.001);
    expect(parse("training.clipNorm=null")).toBeNull();
    expect(parse("model.combine=add")).toBe("add");
    expect(parse('model.combine="3"')).toBe("3");
    expect(parse("data.source=자료/한국어.txt")).toBe("자료/한국어.txt");
    expect(parse("data.source=C:\\a=b.txt")).toBe("C:\\a=b.txt");
    expect(parse("data.source=-")).toBe("-");
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
    ["data.source=[a", /not valid YAML.*quotes/],
  ])("refuses %s", (text, message) => {
    expect(() => parseSetting(text, known)).toThrow(UsageError);
    expect(() => parseSetting(text, known)).toThrow(message);
  });
});

describe("applySettings", () => {
  it("lays settings over a configuration, the last one on top, and leaves it as it was", () => {
    const config = { recipe: "copy", training: { epochs: 1, batchSize: 8 } };
    const settings = ["training.epochs=2", "training.epochs=3", "model.combine=add"].map((text) =>
      parseSetting(text, known),
    );
    expect(applySettings(config, settings)).toEqual({
      recipe: "copy",
      training: { epochs: 3, batchSize: 8 },
      model: { combine: "add" },
    });
    expect(config.training.epochs).toBe(1);
  });
});
