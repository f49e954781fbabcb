import { expect, it } from "vitest";
import { findBreaches } from "./check-rules.ts";

// The words are put together here, so that the check does not find them in its own test.
const later = ["TO", "DO"].join("");
const silence = ["biome", "ignore lint: no"].join("-");
const expectError = ["@ts", "expect-error"].join("-");

it.each([
  `// ${later}: gradients`,
  `// ${silence}`,
  `// ${["@ts", "ignore"].join("-")}`,
  `it.${"skip"}("adds", () => {});`,
  `describe.${"only"}("ops", () => {});`,
  `it.concurrent.${"todo"}("adds");`,
  `// ${expectError}`,
])("finds %s, and says where", (line) => {
  expect(findBreaches("packages/nn/src/a.ts", `const a = 1;\n${line}`).join()).toContain("packages/nn/src/a.ts:2: ");
});

it.each([
  ["a.test.ts", 'it.skipIf(!corpus)("reads the corpus (needs the corpus)", () => {});'],
  ["a.test.ts", `// ${expectError}`],
  ["a.ts", "const rest = iterator.skip(2);"],
])("allows in %s: %s", (path, line) => {
  expect(findBreaches(path, line)).toEqual([]);
});
