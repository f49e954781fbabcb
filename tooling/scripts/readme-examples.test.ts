import { expect, it } from "vitest";
import { readExamples } from "./readme-examples.ts";

const fence = "```";

it("finds the programs of a README with their numbers and lines, and no other code", () => {
  const readme = `# nn
${fence}sh
npm install
${fence}
${fence}json
{}
${fence}

${fence}js
const a = 1;
const b = \`x\`;
${fence}
${fence}ts
b;
${fence}
`;
  const { examples, commands, faults } = readExamples(readme);
  expect(examples).toEqual([
    { number: 1, line: 9, code: "const a = 1;\nconst b = `x`;\n", file: null, browser: false },
    { number: 2, line: 13, code: "b;\n", file: null, browser: false },
  ]);
  expect([commands, faults]).toEqual([[], []]);
  expect(readExamples("# nn")).toEqual({ examples: [], commands: [], faults: [] });
});

it("reads the name of a module, and the marks browser and no-check", () => {
  const readme = `${fence}ts no-check\nx\n${fence}\n${fence}js\n// my-score.js\ny\n${fence}\n${fence}ts browser\nz\n${fence}\n`;
  expect(readExamples(readme).examples).toMatchObject([
    { number: 2, file: "my-score.js", browser: false },
    { number: 3, file: null, browser: true },
  ]);
});

it("takes the npx commands of blocks that are marked run", () => {
  const command = 'npx heed attend "a b" --out x.png # draws';
  const readme = `${fence}sh run\nnpm install heed\n${command}\n${fence}\n${fence}sh\nnpx heed doctor\n${fence}\n`;
  expect(readExamples(readme).commands).toEqual([["npx", "heed", "attend", "a b", "--out", "x.png"]]);
});

it("names marks that do not exist", () => {
  expect(readExamples(`a\n${fence}ts nocheck\nx\n${fence}\n${fence}json5 any thing\n${fence}\n`).faults).toEqual([
    "line 2: ```ts nocheck: expected no-check or browser after ts",
  ]);
});
