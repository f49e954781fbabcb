import { expect, test } from "vitest";
import { readExamples } from "../scripts/readme-examples.ts";
import { compilePages } from "./compile-pages.ts";
import { markdownPages } from "./markdown-pages.ts";

const fence = "```";

test("every program of every page compiles, and its marks are known", async () => {
  const pages = await markdownPages();
  const faults = pages.flatMap(({ path, text }) => readExamples(text).faults.map((fault) => `${path}: ${fault}`));
  expect(faults).toEqual([]);
  expect(await compilePages(pages)).toBe("");
}, 180_000);

test("an error names page, line and column", async () => {
  const module = `${fence}ts\n// two.js\nexport const two: number = 2;\n${fence}\n`;
  const user = `${fence}js\nimport { two } from "./two.js";\nimport { tensor } from "@heed/tensor";\ntensor(two).nothing;\n${fence}\n`;
  const errors = await compilePages([{ path: "docs/page.md", text: `# Page\n\n${module}\n${user}` }]);
  expect(errors).toMatch(/^docs\/page\.md:11:13: error TS2339: Property 'nothing' does not exist/);
  expect(errors.trim().split("\n")).toHaveLength(1);
}, 180_000);
