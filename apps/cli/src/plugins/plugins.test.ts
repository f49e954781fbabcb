import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { extensionKinds } from "@heed/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extensionFile } from "../new/templates.js";
import { ownScorer, writeModule } from "../testing/own-scorer.js";
import { runCli, temporaryFolder } from "../testing/run-cli.js";
import { tinyTask } from "../testing/tiny-run.js";

const folder = await temporaryFolder(afterAll);
const out = join(folder, "run");

const trained = async (scorer: string, run = out): Promise<ReturnType<typeof runCli>> =>
  runCli(["train", "copy", ...tinyTask, "--scorer", scorer, "--out", run, "--overwrite"]);

describe("a run that was trained with a plug-in", () => {
  it("translates, is measured, drawn and trained on, when the plug-in is given", async () => {
    const file = await writeModule(folder, "whole.mjs");
    const first = await trained(file);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/attend --model \S+ --plugin \S+whole\.mjs '/);
    const text = await writeModule(folder, "text", "a b\n");
    const calls = [
      ["translate", "--model", out, "--input", text],
      ["evaluate", "--model", out, "--src", text, "--ref", text],
      ["attend", "a b c", "--model", out],
      ["train", "--out", out, "--resume"],
      ["train", "--out", out, "--resume", "--set", "training.epochs=3"],
    ];
    for (const call of calls) {
      const without = await runCli(call);
      expect([without.code, without.stdout]).toEqual([1, ""]);
      expect(without.stderr).toContain(`was trained with the scorer "mine" of ${file}.`);
      expect(without.stderr).toContain(`add --plugin ${file} `);
      const given = await runCli([...call, "--plugin", file]);
      expect(given.stderr).not.toMatch(/^error/m);
      expect(given.code).toBe(0);
    }
  });

  it("reports that the file has changed", async () => {
    await trained(await writeModule(folder, "before.mjs"));
    const changed = await writeModule(folder, "changed.mjs", `${ownScorer}// changed\n`);
    const attended = await runCli(["attend", "a b", "--model", out, "--plugin", changed]);
    expect(attended.code).toBe(0);
    expect(attended.stderr).toMatch(/^note: .*changed\.mjs has changed since the run began: the scorer mine may /);
    const resumed = await runCli(["train", "--out", out, "--resume", "--plugin", changed]);
    expect(resumed.stdout).toMatch(/note +\S+changed\.mjs has changed since/);
  });

  it("needs the extension itself, not just any plug-in", async () => {
    await trained(await writeModule(folder, "needed.mjs"));
    const other = await writeModule(folder, "other.mjs", ownScorer.replace('"mine"', '"other"'));
    const { code, stderr } = await runCli(["attend", "a b", "--model", out, "--plugin", other]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/was trained with the scorer "mine" of .*needed\.mjs/);
  });
});

describe("plug-ins", () => {
  it("are executed only when the command line names them", async () => {
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

  it("are named in a configuration by names, never by paths", async () => {
    const file = await writeModule(folder, "named.mjs");
    const config = join(folder, "config.yaml");
    const small = "training:\n  epochs: 1\ndata:\n  train: 16\n  validation: 4\n";
    await writeFile(config, `recipe: copy\nmodel:\n  hiddenSize: 8\n  scorer: mine\n${small}`);
    const run = join(folder, "named-run");
    const { code, stderr } = await runCli(["train", config, "--plugin", file, "--out", run]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await readFile(join(run, "config.yaml"), "utf8")).toMatch(/^ {2}scorer: mine$/m);
    expect((await runCli(["train", config])).stderr).toMatch(
      /config\.yaml:4: model\.scorer: There is no scorer "mine"\..* Add one of your own with --plugin\.\n$/,
    );
    await writeFile(config, "recipe: copy\nmodel:\n  scorer: ./named.mjs\n");
    expect((await runCli(["train", config])).stderr).toMatch(
      /config\.yaml:3: model\.scorer: .* A configuration contains names: add --plugin \.\/named\.mjs, and write the name/,
    );
  });

  it("must not have the name of another extension", async () => {
    const taken = await writeModule(folder, "taken.mjs", ownScorer.replace('"mine"', '"additive"'));
    expect((await trained(taken)).stderr).toMatch(/taken\.mjs: heed has a scorer "additive" already\. Give yours/);
    const alias = await writeModule(
      folder,
      "alias.mjs",
      ownScorer.replace("shapes:", 'aliases: ["bahdanau"], shapes:'),
    );
    expect((await trained(alias)).stderr).toMatch(/alias\.mjs: heed has a scorer "bahdanau" already/);
    const files = [await writeModule(folder, "first.mjs"), await writeModule(folder, "second.mjs")];
    const both = await runCli(["scorers", ...files.flatMap((file) => ["--plugin", file])]);
    expect(both.stderr).toMatch(/second\.mjs: \S+first\.mjs has a scorer "mine" already/);
    expect((await runCli(["scorers", "--plugin", files[0]!, "--plugin", files[0]!])).code).toBe(0);
  });

  it("are blamed by file, kind, name and function for what they do wrong", async () => {
    const file = await writeModule(folder, "wrong.mjs", ownScorer.replace(", { transposeB: true }", ""));
    const { code, stderr } = await trained(file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/wrong\.mjs:11, score of the scorer mine: matmul: .*\n$/);
    expect(stderr).not.toMatch(/fault of heed/);
  });
});

describe("--plugin", () => {
  const all = [...extensionKinds].flatMap((kind) => ["--plugin", join(folder, `outside-${kind}.mjs`)]);
  const mine = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCli([...words, ...all]);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout;
  };

  beforeAll(async () => {
    for (const kind of extensionKinds) {
      await writeModule(
        folder,
        `outside-${kind}.mjs`,
        extensionFile(kind, `outside-${kind}`, { inside: false, types: false }),
      );
    }
  });

  it("adds to every list", async () => {
    const scorers = await mine("scorers");
    for (const kind of ["scorer", "normalizer", "mask"]) expect(scorers).toMatch(new RegExp(`^outside-${kind} `, "m"));
    expect(await mine("recipes")).toMatch(/^outside-recipe +a small recurrent model/m);
    const keys = await mine("recipes", "outside-recipe");
    for (const kind of ["task", "tokenizer", "optimizer", "schedule"]) expect(keys).toMatch(`outside-${kind}`);
    expect(keys).toMatch(/^training\.optimizerOptions\.beta +0\.9 .*Decay rate of the mean\./m);
    expect(await mine("doctor")).toMatch(/^backend outside-backend +yes: outside-backend: JavaScript reference/m);
    const schema = await mine("schema", "--recipe", "outside-recipe");
    for (const name of ["outside-scorer", "outside-optimizer", "beta", "lowest", "digits"])
      expect(schema).toContain(`"${name}"`);
  });

  it("trains and measures with all kinds at once", async () => {
    const run = join(folder, "all");
    const settings = {
      "model.hiddenSize": 8,
      "model.normalizer": "outside-normalizer",
      "model.masks": '{"outside-mask": {"behind": 9}}',
      "data.task": "outside-task",
      "data.maxLength": 3,
      "data.train": 32,
      "data.validation": 8,
      "training.epochs": 1,
      "training.optimizer": "outside-optimizer",
      "training.optimizerOptions.beta": 0.8,
      "training.schedule": "outside-schedule",
    };
    const set = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    const words = ["--scorer", "outside-scorer", "--backend", "outside-backend", "--out", run];
    expect(await mine("train", "outside-recipe", ...set, ...words)).toMatch(/^backend +outside-backend: /m);
    const stored = JSON.parse(await readFile(join(run, "plugins.json"), "utf8")) as {
      kind: string;
      specifier: string;
    }[];
    const kinds = ["mask", "normalizer", "optimizer", "recipe", "schedule", "scorer", "task"];
    expect(stored.map(({ kind }) => kind).sort()).toEqual(kinds);
    for (const { kind, specifier } of stored) expect(specifier).toBe(join(folder, `outside-${kind}.mjs`));
    const text = await writeModule(folder, "digits", "1 2\n");
    const measured = await mine(
      "evaluate",
      "--model",
      run,
      "--src",
      text,
      "--ref",
      text,
      "--metrics",
      "outside-metric,bleu",
    );
    expect(measured).toMatch(/^outside-metric +\d.*share of the words.*\nbleu /m);
    expect(measured).not.toMatch(/^chrf/m);
    const unknown = await runCli([
      "evaluate",
      "--model",
      run,
      "--src",
      text,
      "--ref",
      text,
      "--metrics",
      "blue",
      ...all,
    ]);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/--metrics: .* Did you mean "bleu"\?/)]);
  });

  it("compares tasks and scorers in experiments", async () => {
    const out = join(folder, "grid");
    const choices = [
      "--quick",
      "--scorers",
      "outside-scorer",
      "--normalizers",
      "outside-normalizer",
      "--task",
      "outside-task",
    ];
    expect(await mine("experiment", "grid", ...choices, "--out", out)).toMatch(/outside-scorer \+ outside-normalizer/);
    const length = await runCli(["experiment", "length", "--quick", "--task", "outside-task", ...all]);
    expect(length.stderr).toMatch(/--task outside-task: this experiment needs a task with the option minLength\./);
  });
});

describe("--scorer with a file", () => {
  it("needs a file with one scorer", async () => {
    const mask = `import { defineMask } from "@heed/attention";
export const near = defineMask({ name: "near", summary: "a test", allow: ({ key }) => key });\n`;
    expect((await trained(await writeModule(folder, "mask.mjs", mask))).stderr).toMatch(
      /mask\.mjs exports no scorer, but the mask near\. Add it with --plugin /,
    );
    const two = ownScorer
      .replace("export const mine = defineScorer({", "const definition = {")
      .replace("\n});", "\n};\nexport const mine = defineScorer(definition);\n")
      .concat('export const two = defineScorer({ ...definition, name: "two" });\n');
    expect((await trained(await writeModule(folder, "two.mjs", two))).stderr).toMatch(
      /two\.mjs: the file has 2 scorers, .*"mine".* Name one: --plugin \S+ --scorer \w+\n$/,
    );
  });
});
