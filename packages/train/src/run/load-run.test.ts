import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { Random } from "@heed/core";
import { copyTask, taskTokenizers } from "@heed/datasets";
import { cpu, encodeSafetensors, memory, type SafeTensor, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder, tinyConfig } from "../../testing/tiny.js";
import { loadConfig, loadRun, train } from "../node.js";
import { configText, parseConfig } from "./config-text.js";
import { RunError } from "./run-error.js";

beforeEach(() => use(cpu()));

/** A trained run whose best epoch is not its last. */
async function trained(change: Record<string, unknown> = {}) {
  const out = await temporaryFolder();
  const result = await train({ config: tinyConfig({ epochs: 2 }, change), out });
  return { out, result };
}

test("gives back the configuration, the tokenizers and the best or the last weights, ready to use", async () => {
  const { out, result } = await trained();
  const run = await loadRun(out);
  expect(run.config).toEqual(result.config);
  expect(run.folder).toBe(out);
  expect(run.model.training).toBe(false);
  expect(run.targetTokenizer).toBe(run.sourceTokenizer);
  expect(run.maxLength).toEqual({ source: 3, target: 3 });
  expect(run.sourceTokenizer.vocabulary.tokens).toEqual(["<pad>", "<sos>", "<eos>", "a", "b", "c"]);
  expect(await run.model.stateDict()).toEqual(await result.model.stateDict());
  // Other weights in the place of the last ones, to tell the two apart.
  const state = await run.model.stateDict();
  const other = new Map(
    Array.from(state, ([name, { shape, data }]): [string, SafeTensor] => {
      return [name, { dtype: "F32", shape, data: new Float32Array(data.length).fill(0.5) }];
    }),
  );
  await writeFile(`${out}/model.safetensors`, encodeSafetensors(other));
  await rm(`${out}/state.json`);
  expect(await (await loadRun(out, { weights: "last" })).model.stateDict()).toEqual(other);
  expect(await (await loadRun(out, { weights: "best" })).model.stateDict()).toEqual(state);
});

describe("a bad folder", () => {
  test("that is missing, or a file, is named", async () => {
    const { out } = await trained();
    await expect(loadRun(`${out}/none`)).rejects.toThrow(`There is no run folder ${out}/none`);
    await expect(loadRun(`${out}/config.yaml`)).rejects.toThrow("is not a run folder");
  });

  test("without config.yaml is no run", async () => {
    const { out } = await trained();
    await rm(`${out}/config.yaml`);
    await expect(loadRun(out)).rejects.toThrow(
      `There is no run in ${out} to load or resume: config.yaml is missing, but a checkpoint is there. Restore config.yaml`,
    );
  });

  test("without the best weights names the previous checkpoint", async () => {
    const { out } = await trained();
    await rm(`${out}/best.safetensors`);
    await expect(loadRun(out)).rejects.toThrow(
      `${out}/best.safetensors is missing: expected the file with the checksum in state.json. The previous checkpoint, of epoch 1, step 5, is complete: use it (previous)`,
    );
  });

  test.each(["source.tokenizer.json", "target.tokenizer.json"])("without %s is half-written", async (name) => {
    const { out } = await trained();
    await rm(`${out}/${name}`);
    const error = await loadRun(out).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RunError);
    expect((error as Error).message).toContain(`${out} is half-written: ${name} is missing`);
    expect((error as Error).message).toContain("resume");
  });

  test("from another model names each mismatched parameter with both shapes, and leaks nothing", async () => {
    const [small, large] = [await trained(), await trained({ model: { embeddingSize: 6, hiddenSize: 9 } })];
    for (const name of ["best.safetensors", "state.json"])
      await copyFile(`${large.out}/${name}`, `${small.out}/${name}`);
    const before = memory().buffers;
    const error = (await loadRun(small.out).catch((error: unknown) => error)) as Error;
    expect(error).toBeInstanceOf(RunError);
    expect(error.message).toContain("best.safetensors belongs to another model than config.yaml");
    expect(error.message).toContain("output.weight: the module has [6, 8], but [6, 9] came");
    expect(memory().buffers).toBe(before);
  });

  test("with another vocabulary names the shapes that depend on it", async () => {
    const { out } = await trained();
    for (const side of ["source", "target"]) {
      const path = `${out}/${side}.tokenizer.json`;
      await writeFile(path, (await readFile(path, "utf8")).replace('"c"', '"c", "d"'));
    }
    await rm(`${out}/state.json`);
    await expect(loadRun(out)).rejects.toThrow("the module has [7, 6], but [6, 6] came");
    await expect(loadRun(out)).rejects.toThrow(
      "the weights belong to a vocabulary of 6 tokens, but the vocabulary of source.tokenizer.json and target.tokenizer.json has 7. Restore the tokenizer that the run was trained with, or train again.",
    );
  });

  test.each([
    ["best.safetensors", "nonsense", "best.safetensors is damaged"],
    ["source.tokenizer.json", "{", "source.tokenizer.json is damaged"],
    ["source.tokenizer.json", '{"format":"heed-tokenizer","version":7,"name":"word"}', '"version" must be 1, got 7'],
    ["source.tokenizer.json", '{"format":"heed-tokenizer","version":1,"name":"word"}', "Not a vocabulary"],
    [
      "target.tokenizer.json",
      JSON.stringify(taskTokenizers(copyTask, { symbols: 4 }).source),
      "target.tokenizer.json is damaged: expected the file with the checksum in state.json. Resume the run",
    ],
    ["config.yaml", "recipe: [copy", "config.yaml:1: not valid YAML: "],
    ["config.yaml", "recipe: copy\ntrainning: {}\n", 'Did you mean "training"?'],
    ["config.yaml", "recipe: kopy\n", "config.yaml:1: There is no recipe"],
    ["config.yaml", "recipe: !!js/function 'function () {}'\n", "config.yaml:1: not valid YAML: Unresolved tag"],
    [
      "state.json",
      "[]",
      "state.json is not the state of a run. The file must be an object with keys, got []. The previous",
    ],
    [
      "state.json",
      '{"format":"heed-run","version":5,"epoch":"x"}',
      'epoch must be an integer, got "x". step must be an integer, got nothing.',
    ],
  ])("whose %s is broken (%s) says so", async (name, text, message) => {
    const { out } = await trained();
    await writeFile(`${out}/${name}`, text);
    await expect(loadRun(out)).rejects.toThrow(message);
  });

  test("whose weights are cut short is noticed", async () => {
    const { out } = await trained();
    const bytes = await readFile(`${out}/best.safetensors`);
    await writeFile(`${out}/best.safetensors`, bytes.subarray(0, -100));
    await expect(loadRun(out)).rejects.toThrow("best.safetensors is damaged");
  });

  test("whose weights have one bit changed is noticed, wherever it is", async () => {
    const { out } = await trained();
    const path = `${out}/best.safetensors`;
    const bytes = await readFile(path);
    const random = new Random(7);
    for (let trial = 0; trial < 40; trial++) {
      const changed = Uint8Array.from(bytes);
      changed[random.integer(0, bytes.length)]! ^= 1 << random.integer(0, 8);
      await writeFile(path, changed);
      await expect(loadRun(out)).rejects.toThrow(
        `${path} is damaged: expected the file with the checksum in state.json`,
      );
    }
    await writeFile(path, bytes);
    expect((await loadRun(out)).folder).toBe(out);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("whose weights contain %s is refused", async (value) => {
    const { out, result } = await trained();
    const state = await result.model.stateDict();
    state.get("output.weight")!.data[5] = value;
    await writeFile(`${out}/best.safetensors`, encodeSafetensors(state));
    await rm(`${out}/state.json`);
    await expect(loadRun(out)).rejects.toThrow(
      `best.safetensors: expected finite weights, got ${value} in output.weight.`,
    );
  });

  test.each([{ hiddenSize: 20_000 }, { embeddingSize: 65_000 }, { layers: 1000 }])(
    "whose configuration asks for a much larger model than the weights is refused at once: %j",
    async (model) => {
      const { out } = await trained();
      const path = `${out}/config.yaml`;
      const [[key, size]] = Object.entries(model) as [[string, number]];
      const text = (await readFile(path, "utf8")).replace(/^#.*\n/, "");
      await writeFile(path, text.replace(new RegExp(`${key}: \\d+`), `${key}: ${size}`));
      // A new backend: the garbage collector frees buffers of other tests at any time.
      await use(cpu());
      await expect(loadRun(out)).rejects.toThrow("best.safetensors belongs to another model than config.yaml. ");
      expect(memory().buffers).toBe(0);
    },
  );

  test("whose tokenizers differ, although the run shares one, and no checksum is known", async () => {
    const { out } = await trained();
    const { source } = taskTokenizers(copyTask, { symbols: 4 });
    await writeFile(`${out}/target.tokenizer.json`, JSON.stringify(source));
    await rm(`${out}/state.json`);
    await expect(loadRun(out)).rejects.toThrow("differ, but the run shares one tokenizer");
  });

  test.each(["config.yaml", "source.tokenizer.json", "target.tokenizer.json"])(
    "whose %s has one bit changed is noticed, or the change is in the line of the checksum",
    async (name) => {
      const { out } = await trained();
      const bytes = await readFile(`${out}/${name}`);
      const comment = name === "config.yaml" ? bytes.indexOf(10) + 1 : 0;
      const random = new Random(8);
      for (let trial = 0; trial < 60; trial++) {
        const changed = Uint8Array.from(bytes);
        const place = random.integer(0, bytes.length);
        changed[place]! ^= 1 << random.integer(0, 8);
        await writeFile(`${out}/${name}`, changed);
        const run = await loadRun(out).catch((error: unknown) => error as Error);
        if (run instanceof Error) expect(run.message, String(place)).toContain(name);
        else {
          expect(place).toBeLessThan(comment);
          run.model.dispose();
        }
      }
      // Resuming writes the tokenizers again; config.yaml is used after its first line is deleted.
      if (name === "config.yaml") {
        await expect(train({ out, resume: true })).rejects.toThrow("config.yaml");
        await writeFile(`${out}/${name}`, bytes.subarray(comment));
      }
      (await train({ out, resume: true })).model.dispose();
      expect(await readFile(`${out}/${name}`)).toEqual(bytes);
      (await loadRun(out)).model.dispose();
    },
  );

  test("with text that is not UTF-8 is noticed", async () => {
    const { out } = await trained();
    await writeFile(`${out}/config.yaml`, Uint8Array.of(0xff, 0xfe));
    await expect(loadRun(out)).rejects.toThrow("config.yaml is damaged: it is not UTF-8");
  });
});

describe("configuration files", () => {
  test("are read as YAML or JSON, with Korean in them, and written so that they read the same", async () => {
    const folder = await temporaryFolder();
    await writeFile(`${folder}/a.yaml`, "recipe: bahdanau\nseed: 5\ndata: { tsv: 자료/한영.tsv }\n");
    const config = await loadConfig(`${folder}/a.yaml`);
    expect(config).toMatchObject({ recipe: "bahdanau", seed: 5, data: { tsv: "자료/한영.tsv", tokenizer: "word" } });
    await writeFile(`${folder}/b.json`, JSON.stringify(config));
    expect(await loadConfig(`${folder}/b.json`)).toEqual(config);
    await writeFile(`${folder}/c.yaml`, configText(config));
    expect(await loadConfig(`${folder}/c.yaml`)).toEqual(config);
  });

  test("that are missing, or full of aliases, are refused", async () => {
    await expect(loadConfig("/nowhere/a.yaml")).rejects.toThrow("There is no configuration file /nowhere/a.yaml");
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [i, key] of ["b", "c", "d", "e"].entries()) {
      const before = "abcd"[i];
      bomb.push(`${key}: &${key} [${new Array(9).fill(`*${before}`).join(", ")}]`);
    }
    await expect(parseConfig(bomb.join("\n"), "bomb.yaml")).rejects.toThrow(/bomb\.yaml: not valid YAML: .*alias/i);
  });
});
