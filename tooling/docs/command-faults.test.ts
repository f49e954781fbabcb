import { expect, test } from "vitest";
import { callsOf, commandFaults } from "./command-faults.ts";
import { markdownPages } from "./markdown-pages.ts";

const block = (code: string): string => `# Page\n\n\`\`\`sh\n${code}\n\`\`\`\n`;

test("the program accepts every call of heed in every page", async () => {
  const pages = await markdownPages();
  expect(pages.flatMap(({ text }) => callsOf(text)).length).toBeGreaterThan(40);
  expect((await Promise.all(pages.map(commandFaults))).flat()).toEqual([]);
});

test("calls are found with their words", () => {
  const code = `npm install heed
npx heed train copy # heed is here
echo "a b" | heed translate --model runs/copy > out.txt && heed verify runs/copy
heed attend --model runs/copy "a b" \\
  --out 'a b.png' < in.txt
npm run heed -- scorers`;
  expect(callsOf(block(code))).toEqual([
    { line: 5, words: ["train", "copy"] },
    { line: 6, words: ["translate", "--model", "runs/copy"] },
    { line: 6, words: ["verify", "runs/copy"] },
    { line: 7, words: ["attend", "--model", "runs/copy", "a b", "--out", "a b.png"] },
    { line: 9, words: ["scorers"] },
  ]);
});

test("a call that the program refuses is named with the reason", async () => {
  const faults = await commandFaults({
    path: "docs/page.md",
    text: block(
      "heed trian\nheed train --otu x\nheed attend --model x\nheed attend a --model x --view mpa\nheed --help",
    ),
  });
  expect(faults).toEqual([
    expect.stringContaining("docs/page.md:4: heed trian: unknown command 'trian'"),
    expect.stringContaining("docs/page.md:5: heed train --otu x: unknown option '--otu'"),
    expect.stringContaining("docs/page.md:6: heed attend --model x: missing required argument 'sentence'"),
    expect.stringContaining(
      "docs/page.md:7: heed attend a --model x --view mpa: option '--view <name>' argument 'mpa' is invalid",
    ),
  ]);
});
