import { describe, expect, it } from "vitest";
import { textTable } from "./text-table.js";

const rows = [
  ["case", "heed", "PyTorch"],
  ["a", "1.5", "2"],
  ["longer", "100", "–"],
];

describe("textTable", () => {
  it("aligns names to the left and numbers to the right", () => {
    expect(textTable(rows, 80)).toBe(
      ["case    heed  PyTorch", "a        1.5        2", "longer   100        –"].join("\n"),
    );
  });

  it("puts columns that do not fit below, under the same names", () => {
    expect(textTable(rows, 15)).toBe(
      [
        "case    heed",
        "a        1.5",
        "longer   100",
        "",
        "case    PyTorch",
        "a             2",
        "longer        –",
      ].join("\n"),
    );
  });
});
