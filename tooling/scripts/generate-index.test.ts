import { expect, it } from "vitest";
import { camelName, indexText, itemStems } from "./generate-index.mjs";

it("names an export after its file", () => {
  expect(["dot", "scaled-dot", "entmax-15", "softmax-cross-entropy"].map(camelName)).toEqual([
    "dot",
    "scaledDot",
    "entmax15",
    "softmaxCrossEntropy",
  ]);
});

it("takes the items of a folder, and neither its index nor tests nor other files", () => {
  const names = ["softmax.op.ts", "add.op.ts", "index.ts", "add.op.test.ts", "broadcast.ts", "old.op.ts.tmp"];
  expect(itemStems(names, ".op.ts")).toEqual(["add", "softmax"]);
  expect(itemStems(["dot.ts", "dot.test.ts", "index.ts", "dot.d.ts"], ".ts")).toEqual(["dot"]);
});

it("exports each item by name and all in one list", () => {
  const text = indexText(["add", "log-softmax"], { suffix: ".op.ts", list: "builtInOps" });
  expect(text).toContain('import { logSoftmax } from "./log-softmax.op.js";');
  expect(text).toContain("export const builtInOps = [add, logSoftmax] as const;");
  expect(text).toContain("export { add, logSoftmax };");
});
