import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isScorerFile, loadScorerFile } from "./scorer-file.js";
import { ownScorer, writeModule } from "./testing/own-scorer.js";
import { runCli, temporaryFolder } from "./testing/run-cli.js";
import { tinyTask } from "./testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);

describe("isScorerFile", () => {
  it("tells files from names", () => {
    expect(["./mine", "mine.js", "a/b.mjs", "C:\\mine.ts", "mine.cjs"].map(isScorerFile)).not.toContain(false);
    expect(["dot", "scaled-dot", "local-m", "js"].map(isScorerFile)).not.toContain(true);
  });
});

describe("loadScorerFile", () => {
  it("takes a named export or the default one, and one that is both", async () => {
    const sha256 = createHash("sha256").update(ownScorer).digest("hex");
    const file = await writeModule(folder, "named.mjs");
    expect(await loadScorerFile(file)).toMatchObject({
      scorer: { name: "mine" },
      source: { specifier: file, sha256 },
    });
    const texts = [ownScorer.replace("export const mine =", "export default"), `${ownScorer}export default mine;\n`];
    for (const [i, text] of texts.entries()) {
      const path = await writeModule(folder, `default-${i}.mjs`, text);
      expect((await loadScorerFile(path)).scorer.name).toBe("mine");
    }
  });

  it.each([
    ["nothing", "", /nothing\.mjs exports no scorer\. It exports nothing\. Export what defineScorer returns/],
    ["others", "export const a = 1, b = null;", /exports no scorer\. It exports a, b\./],
    [
      "lacks",
      ownScorer.replace(/formula.*/, ""),
      /lacks\.mjs cannot be loaded: .*formula of the scorer "mine" must be text/,
    ],
    [
      "lacks-more",
      ownScorer.replace(/ {2}(prepare|score).*/g, "").replace('"a test"', "3"),
      /reference of the scorer "mine" must be text that is not empty, got 3\./,
    ],
    ["two", `${ownScorer}export const two = { ...mine, name: "two" };`, /exports 2 scorers, "mine", "two": leave one/],
    ["taken", ownScorer.replace('"mine"', '"additive"'), /there is a built-in scorer "additive" already/],
    ["alias", ownScorer.replace("shapes:", 'aliases: ["bahdanau"], shapes:'), /built-in scorer "bahdanau" already/],
    ["throws", "throw new Error('boo');", /throws\.mjs cannot be loaded: Error: boo$/],
    ["throws-text", "throw 'boo';", /throws-text\.mjs threw boo\./],
    ["imports", 'import "./no-such-file.mjs";', /imports\.mjs cannot be loaded: .*no-such-file/],
  ])("says what is wrong with a file: %s", async (name, text, message) => {
    await expect(loadScorerFile(await writeModule(folder, `${name}.mjs`, text))).rejects.toThrow(message);
  });

  it("says that there is no such file, or that it is a folder", async () => {
    await expect(loadScorerFile(join(folder, "no.js"))).rejects.toThrow(/^There is no scorer file .*no\.js\.$/);
    await mkdir(join(folder, "folder.js"));
    await expect(loadScorerFile(join(folder, "folder.js"))).rejects.toThrow(/folder\.js is a folder/);
  });
});

describe("the packages of a scorer file", () => {
  it("are the program's own, whether it imports heed or the single packages", async () => {
    const single = await loadScorerFile(await writeModule(folder, "single.mjs"));
    const text = `import { defineScorer, matmul } from "heed";\n${ownScorer.replace(/^import .*\n/gm, "")}`;
    const whole = await writeModule(folder, "from-heed.js", `${text}export { matmul };\n`);
    expect((await loadScorerFile(whole)).scorer.name).toBe(single.scorer.name);
    const kit = await writeModule(folder, "with-kit.mjs", `import "heed/testing";\n${text}`);
    expect((await loadScorerFile(kit)).scorer.name).toBe("mine");
    const out = join(folder, "from-heed");
    const { code, stderr } = await runCli(["train", "copy", ...tinyTask, "--scorer", whole, "--out", out]);
    expect([code, stderr]).toEqual([0, ""]);
  });
});

describe("a scorer of one's own", () => {
  const out = join(folder, "run");
  const trained = async (scorer: string, run = out): Promise<ReturnType<typeof runCli>> =>
    runCli(["train", "copy", ...tinyTask, "--scorer", scorer, "--out", run, "--overwrite"]);

  it("is trained, translates, is measured, drawn and trained on, when its file is given", async () => {
    const file = await writeModule(folder, "whole.mjs");
    const first = await trained(file);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/attend --model \S+ --scorer \S+whole\.mjs '/);
    const text = await writeModule(folder, "text", "a b\n");
    const calls = [
      ["translate", "--model", out, "--input", text],
      ["evaluate", "--model", out, "--src", text, "--ref", text],
      ["attend", "a b c", "--model", out],
      ["train", "--out", out, "--resume", "--set", "training.epochs=3"],
    ];
    for (const call of calls) {
      const without = await runCli(call);
      expect([without.code, without.stdout]).toEqual([1, ""]);
      expect(without.stderr).toContain(`was trained with the scorer mine of ${file}.`);
      expect(without.stderr).toContain(`add --scorer ${file}\n`);
      const given = await runCli([...call, "--scorer", file]);
      expect(given.stderr).not.toMatch(/^error/m);
      expect(given.code).toBe(0);
    }
  });

  it("is not executed by any command that is not told to", async () => {
    const mark = join(folder, "executed");
    const text = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(mark)}, "");\n${ownScorer}`;
    const file = await writeModule(folder, "marks.mjs", text);
    await trained(file);
    expect(await readdir(folder)).toContain("executed");
    await rm(mark);
    // What is in the folder may come from anybody.
    await runCli(["attend", "a b", "--model", out]);
    await runCli(["train", "--out", out, "--resume"]);
    await runCli(["train", join(out, "config.yaml"), "--out", join(folder, "again")]);
    expect(await readdir(folder)).not.toContain("executed");
  });

  it("is told to be another one than the run's, or changed, or not needed", async () => {
    const file = await writeModule(folder, "changing.mjs");
    await trained(file);
    const attend = (scorer: string, model = out) => runCli(["attend", "a b", "--model", model, "--scorer", scorer]);
    const other = await attend(await writeModule(folder, "other.mjs", ownScorer.replace('"mine"', '"other"')));
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(
      /the file has the scorer other, but the run in .* was trained with mine of .*changing\.mjs/,
    );
    const changed = await attend(await writeModule(folder, "changed.mjs", `${ownScorer}// changed\n`));
    expect(changed.code).toBe(0);
    expect(changed.stderr).toMatch(/changed\.mjs is not the file that the run was trained with, or has changed since/);
    const builtIn = join(folder, "built-in");
    await trained("dot", builtIn);
    expect((await attend(file, builtIn)).stderr).toMatch(/needs no file; its scorer is built in/);
  });

  it("may be named in a configuration, by a path from there", async () => {
    await mkdir(join(folder, "deep"));
    await writeModule(folder, "beside.mjs");
    const config = join(folder, "deep", "config.yaml");
    const small = "training:\n  epochs: 1\ndata:\n  train: 16\n  validation: 4\n";
    await writeFile(config, `recipe: copy\nmodel:\n  hiddenSize: 8\n  scorer: ../beside.mjs\n${small}`);
    const { code, stderr } = await runCli(["train", config, "--out", join(folder, "deep-run")]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await readFile(join(folder, "deep-run", "config.yaml"), "utf8")).toMatch(/^ {2}scorer: mine$/m);
    await writeFile(config, "recipe: copy\nmodel:\n  scorer: ./beside.mjs\n");
    expect((await runCli(["train", config])).stderr).toMatch(/config\.yaml:3: model\.scorer: There is no scorer file /);
  });

  it("is blamed by its file for what it does wrong", async () => {
    const file = await writeModule(folder, "wrong.mjs", ownScorer.replace(", { transposeB: true }", ""));
    const { code, stderr } = await trained(file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/wrong\.mjs, score of the scorer mine: matmul: .*\n$/);
    expect(stderr).not.toMatch(/fault of heed/);
  });
});
