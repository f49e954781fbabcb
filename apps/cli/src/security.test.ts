import { readFile } from "node:fs/promises";
import { taskLimits, textLimits } from "@heed/datasets";
import { modelLimits } from "@heed/seq2seq";
import { tokenizerLimits } from "@heed/tokenizers";
import { runLimits } from "@heed/train";
import { expect, test } from "vitest";
import { exitCodeMeanings } from "./exit-codes.js";

const document = await readFile(new URL("../../../SECURITY.md", import.meta.url), "utf8");

test("SECURITY.md lists every limit with its number, and no other", () => {
  const limits = Object.entries({ runLimits, modelLimits, tokenizerLimits, taskLimits, textLimits }).flatMap(
    ([owner, values]) =>
      Object.entries(values).map(([name, value]) => [`${owner}.${name}`, value.toLocaleString("en-US")]),
  );
  const rows = [...document.matchAll(/^\| `(\w+\.\w+)` +\| +([\d,]+) \|/gm)].map(([, name, value]) => [name, value]);
  expect(rows).toEqual(limits);
});

test("SECURITY.md lists every exit code with its meaning, and no other", () => {
  const rows = [...document.matchAll(/^\| +(\d+) \| (.+?) +\|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
  expect(rows).toEqual(exitCodeMeanings);
});
