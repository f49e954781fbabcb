import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { compileExamples } from "./compile-examples.ts";
import { readExamples } from "./readme-examples.ts";

const homes: string[] = [];
afterAll(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

/** Compiles a README in a project with one package, `heed`, and returns the output of each setting that fails. */
async function failures(readme: string, declarations: string): Promise<Record<string, string>> {
  const home = await mkdtemp(join(tmpdir(), "heed-compile-"));
  homes.push(home);
  const folder = join(home, "node_modules/heed");
  await mkdir(folder, { recursive: true });
  await writeFile(join(home, "package.json"), '{ "type": "module" }');
  const manifest = { name: "heed", version: "1.0.0", type: "module", exports: { ".": { types: "./index.d.ts" } } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "index.d.ts"), declarations);
  const { examples } = readExamples(readme);
  const failed: Record<string, string> = {};
  for await (const { name, ok, output } of compileExamples(home, [{ path: "README.md", examples }], ["heed"])) {
    if (!ok) failed[name.replace("compiles: ", "")] = output;
  }
  return failed;
}

const fence = "```";
const knead = "export declare function knead(flour: number): number;\n";

it("compiles programs, modules that they import, and programs for pages", async () => {
  const readme = `
${fence}js
// my-dough.js
import { knead } from "heed";
export const soft = knead(2);
${fence}
${fence}ts
import { soft } from "./my-dough.js";
console.log(soft, await Promise.resolve(1));
${fence}
${fence}ts browser
document.body.append("bread");
${fence}
`;
  expect(await failures(readme, knead)).toEqual({});
});

it("names README, line and example of an error, and repeats nothing", async () => {
  const readme = `# bread\n${fence}ts\nimport { knead } from "heed";\nconsole.log(knead("2"));\n${fence}\n`;
  const failed = await failures(readme, knead);
  expect(failed.nodenext).toMatch(/^README\.md:4:19 \(example 1\): error TS2345: /);
  expect(failed).toMatchObject({ bundler: "the same as: nodenext", "bundler with dom": "the same as: nodenext" });
  expect(failed).not.toHaveProperty("bundler for browsers");
});

it("checks the declarations of the package, also when no program names them", async () => {
  const failed = await failures("", `${knead}export declare function show(page: HTMLElement): void;\n`);
  expect(Object.keys(failed)).toEqual(["nodenext", "bundler", "nodenext with node types"]);
  expect(failed.nodenext).toContain("Cannot find name 'HTMLElement'");
});
