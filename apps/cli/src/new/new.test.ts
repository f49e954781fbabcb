import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { extensionKind, extensionKinds } from "@heed/core";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadPlugin } from "../plugins/load-plugin.js";
import { runCli, temporaryFolder } from "../testing/run-cli.js";

const folder = await temporaryFolder(afterAll);
const home = process.cwd();
beforeEach(() => process.chdir(folder));
afterEach(() => process.chdir(home));

describe("heed new", () => {
  it.each(extensionKinds)("writes a %s that works, in TypeScript and in JavaScript", async (kind) => {
    for (const [file, ...option] of [[`my-${kind}.ts`], [`my-${kind}.js`, "--js"]] as const) {
      const { code, stderr, stdout } = await runCli(["new", kind, `my-${kind}`, ...option]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(new RegExp(`^Wrote \\./${file}: .*\\n +heed .*my-${kind}.* --plugin \\./${file}\\n$`));
      const { extensions } = await loadPlugin(`./${file}`);
      expect(extensions.map((one) => [extensionKind(one), one.name])).toEqual([[kind, `my-${kind}`]]);
    }
    const [typed, plain] = await Promise.all(
      ["ts", "js"].map((end) => readFile(join(folder, `my-${kind}.${end}`), "utf8")),
    );
    expect(`${typed}${plain}`).not.toMatch(/[«»]/);
    expect(plain).not.toMatch(/: ReadonlyMap|import \{.*\btype\b/);
  });

  it("replaces no file, and refuses names that are not names", async () => {
    const call = (...words: string[]): ReturnType<typeof runCli> => runCli(["new", ...words]);
    await call("mask", "near");
    const before = await readFile("near.ts", "utf8");
    const again = await call("schedule", "near");
    expect([again.code, again.stderr]).toEqual([2, "error: ./near.ts exists. Choose another name.\n"]);
    expect(await readFile("near.ts", "utf8")).toBe(before);
    for (const name of ["myScore", "../dot", "my--score", "2d", ""]) {
      const { code, stderr } = await call("scorer", name);
      expect([code, stderr]).toEqual([2, expect.stringContaining("A name must be small letters, digits and hyphens")]);
    }
    expect((await call("scorer", "default")).stderr).toMatch(/"default" is a word of JavaScript/);
    expect((await call("scorer", "matmul")).stderr).toMatch(/"matmul" is taken, by what the file imports/);
    expect((await call("score", "mine")).stderr).toMatch(/Allowed choices are scorer, normalizer/);
  });
});
