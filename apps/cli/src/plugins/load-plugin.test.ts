import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { extensionKind } from "@heed/core";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { ownScorer, writeModule } from "../testing/own-scorer.js";
import { temporaryFolder } from "../testing/run-cli.js";
import { isModuleFile, loadPlugin } from "./load-plugin.js";

const folder = await temporaryFolder(afterAll);
const home = process.cwd();
afterEach(() => process.chdir(home));

const names = async (file: string): Promise<string[]> => {
  const { extensions } = await loadPlugin(file);
  return extensions.map((extension) => `${extensionKind(extension)} ${extension.name}`);
};

describe("isModuleFile", () => {
  it("distinguishes files from names and packages", () => {
    const files = ["./mine", "mine.js", "a/b.mjs", "C:\\mine.ts", "mine.cjs", "mine.mts"];
    expect(files.map(isModuleFile)).not.toContain(false);
    expect(["dot", "scaled-dot", "local-m", "js", "@scope/name"].map(isModuleFile)).not.toContain(true);
  });
});

describe("loadPlugin", () => {
  it("takes each extension once: named exports, the default one, and a list", async () => {
    const sha256 = createHash("sha256").update(ownScorer).digest("hex");
    const file = await writeModule(folder, "named.mjs");
    expect(await loadPlugin(file)).toMatchObject({
      extensions: [{ name: "mine" }],
      source: { specifier: file, sha256 },
    });
    const mask = `import { defineMask } from "@heed/attention";
const near = defineMask({ name: "near", summary: "a test", allow: ({ key }) => key });\n`;
    const texts = {
      default: ownScorer.replace("export const mine =", "export default"),
      both: `${ownScorer}export default mine;\nexport const other = 1;\n`,
      list: `${mask}${ownScorer}export default [near, mine, 3];\n`,
    };
    for (const [name, text] of Object.entries(texts)) await writeModule(folder, `${name}.mjs`, text);
    expect(await names(join(folder, "default.mjs"))).toEqual(["scorer mine"]);
    expect(await names(join(folder, "both.mjs"))).toEqual(["scorer mine"]);
    expect((await names(join(folder, "list.mjs"))).sort()).toEqual(["mask near", "scorer mine"]);
  });

  it.each([
    ["nothing", "", /nothing\.mjs exports no extension\. It exports nothing\. Export what a define… function returns/],
    ["others", "export const a = 1, b = null;", /exports no extension\. It exports a, b\./],
    [
      "near-miss",
      "export const mine = { name: 'mine', score: () => 1 };",
      /Its export mine is a plain object with the function score: export what defineScorer returns for it\./,
    ],
    [
      "lacks",
      ownScorer.replace(/formula.*/, ""),
      /lacks\.mjs cannot be loaded: .*formula of the scorer "mine" must be/,
    ],
    ["throws", "throw new Error('boo');", /throws\.mjs cannot be loaded: Error: boo \(line 1\)$/],
    ["throws-text", "throw 'boo';", /throws-text\.mjs cannot be loaded: it threw "boo"\.$/],
    ["imports", 'import "./no-such-file.mjs";', /imports\.mjs cannot be loaded: .*no-such-file/],
    [
      "package",
      'import "no-such-package";',
      /Cannot find package 'no-such-package' .*\. Install it: npm install no-such-package\.$/,
    ],
    [
      "named-list",
      `${ownScorer.replace("export const mine =", "export const list = [")}`.replace(/\);\s*$/, ")];"),
      /Its export list has extensions within: export each of them by its own name, or a list of them as the default export\./,
    ],
  ])("reports what is wrong with a file: %s", async (name, text, message) => {
    await expect(loadPlugin(await writeModule(folder, `${name}.mjs`, text))).rejects.toThrow(message);
  });

  it("reports that there is no such file or package, or that the file is a folder", async () => {
    await expect(loadPlugin(join(folder, "no.js"))).rejects.toThrow(/^There is no file .*no\.js: expected it at \//);
    await mkdir(join(folder, "folder.js"));
    await expect(loadPlugin(join(folder, "folder.js"))).rejects.toThrow(/folder\.js is a folder/);
    for (const name of ["mine.cjs", "mine.json"]) {
      await writeFile(join(folder, name), "{}");
      await expect(loadPlugin(join(folder, name))).rejects.toThrow(
        `${name} is no module: the name of a file that --plugin takes ends in .js, .mjs, .ts or .mts.`,
      );
    }
    for (const specifier of ["", "https://example.com/mine.js", "node:fs", "#mine"]) {
      await expect(loadPlugin(specifier)).rejects.toThrow(
        `A plug-in must be a file, such as ./mine.js, or a package that is installed here, got "${specifier}".`,
      );
    }
    await expect(loadPlugin("@no/such")).rejects.toThrow(
      /^There is no package @no\/such in .*node_modules or above\. Install it, or name a file, such as \.\/such\.js\.$/,
    );
  });

  it("finds packages from the current folder", async () => {
    const packages = { "heed-mine": { exports: { import: "./mine.js" } }, "@scope/mine": { main: "mine.js" } };
    for (const [name, manifest] of Object.entries(packages)) {
      const place = join(folder, "node_modules", name);
      await mkdir(place, { recursive: true });
      await writeFile(join(place, "package.json"), JSON.stringify({ name, type: "module", ...manifest }));
      await writeModule(place, "mine.js");
    }
    process.chdir(folder);
    for (const specifier of Object.keys(packages)) {
      const { extensions, source } = await loadPlugin(specifier);
      expect(extensions.map(({ name }) => name)).toEqual(["mine"]);
      expect(source).toEqual({ specifier, sha256: null });
    }
  });

  it("loads the program's own packages, whether a plug-in imports heed or the single packages", async () => {
    const text = `import { defineScorer, matmul } from "heed";\n${ownScorer.replace(/^import .*\n/gm, "")}`;
    expect(await names(await writeModule(folder, "from-heed.js", text))).toEqual(["scorer mine"]);
    expect(await names(await writeModule(folder, "kit.mjs", `import "heed/testing";\n${text}`))).toEqual([
      "scorer mine",
    ]);
  });
});
