import { expect, test } from "vitest";
import { parseTsv } from "./parse-tsv.js";

test("a line of very many columns is described by its first ones", () => {
  const line = Array.from({ length: 30_000 }, (_, i) => `c${i}`).join("\t");
  expect(() => parseTsv([line], "a.tsv", {})).toThrow(/got 30000: 1 "c0", .* 20 "c19", …\. Set sourceColumn/);
});
