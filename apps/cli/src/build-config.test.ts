import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildConfig } from "./build-config.js";
import { temporaryFolder } from "./testing/run-cli.js";

const folder = await temporaryFolder(afterAll);

async function configOf(text: string, set: readonly string[] = []): Promise<unknown> {
  const path = join(folder, "config.yaml");
  await writeFile(path, text);
  return await buildConfig({ subject: path, set });
}

describe("buildConfig", () => {
  it("takes a recipe's defaults, then --set, then --seed and --scorer", async () => {
    const config = await buildConfig({
      subject: "copy",
      set: ["training.epochs=2", "seed=1", "model.scorer=dot"],
      seed: 7,
      scorer: "scaled-dot",
    });
    expect(config).toMatchObject({
      recipe: "copy",
      seed: 7,
      model: { scorer: "scaled-dot", hiddenSize: 64 },
      training: { epochs: 2, batchSize: 32 },
    });
  });

  it("sets options of a side's tokenizer", async () => {
    const set = ["data.tsv=a.tsv", "data.sourceTokenizer.locale=ko", "data.targetTokenizer.name=character"];
    expect((await buildConfig({ subject: "bahdanau", set })).data).toMatchObject({
      tokenizer: "word",
      sourceTokenizer: { locale: "ko" },
      targetTokenizer: { name: "character" },
    });
  });

  it("lays --set over a file", async () => {
    const config = await configOf("recipe: copy\ntraining:\n  epochs: 5\n  batchSize: 8\n", ["training.epochs=2"]);
    expect(config).toMatchObject({ training: { epochs: 2, batchSize: 8 } });
  });

  it("reads JSON as well", async () => {
    const path = join(folder, "config.json");
    await writeFile(path, '{ "recipe": "copy", "seed": 3 }');
    expect(await buildConfig({ subject: path })).toMatchObject({ recipe: "copy", seed: 3 });
  });

  it.each([
    [
      "recipe: copy\n\ntraining:\n  epohcs: 3\n",
      /config\.yaml:4: training has no key "epohcs"\. Did you mean "epochs"\?/,
    ],
    ["recipe: copy\nsede: 3\n", /config\.yaml:2: The configuration has no key "sede"\. Did you mean "seed"\?/],
    ["recipe: copy\ntraining:\n  epochs: three\n", /config\.yaml:3: training\.epochs must be an integer, got "three"/],
    [
      "recipe: copy\ntraining:\n  optimizerOptions:\n    betas: [0.9, 1.98]\n",
      /config\.yaml:4: training\.optimizerOptions\.betas: .* must be a list of 2 numbers .*, got \[0\.9,1\.98\]/,
    ],
    ["recipe: copy\ntraining: 3\n", /config\.yaml:2: training must be an object with keys, got 3/],
    ["recipe: cpoy\n", /config\.yaml:1: There is no recipe "cpoy"\. Did you mean "copy"\?/],
    ["# no recipe\nseed: 1\n", /config\.yaml:1: recipe must be a string, got nothing/],
    [
      "recipe: copy\nmodel:\n  scorer: aditive\n",
      /config\.yaml:3: model\.scorer: There is no scorer "aditive"\. Did you mean "additive"\?/,
    ],
    [
      "recipe: copy\ndata:\n  task: revrese\n",
      /config\.yaml:3: data\.task: There is no task "revrese"\. Did you mean "reverse"\?/,
    ],
    [
      "recipe: copy\ndata:\n  maxLength: 4\n  minLength: 5\n",
      /config\.yaml:4: data\.minLength: minLength must be at most maxLength, got minLength 5 and maxLength 4\./,
    ],
    [
      "recipe: bahdanau\ndata:\n  tsv: a.tsv\n  tokenizer: wrod\n",
      /^[^\n]*config\.yaml:4: data\.tokenizer: There is no tokenizer "wrod"\. Did you mean "word"\?/,
    ],
    [
      "recipe: bahdanau\ndata:\n  tsv: a.tsv\n  sourceTokenizer:\n    locale: k o\n  targetTokenizer: { locale: xx }\n",
      /config\.yaml:5: data\.sourceTokenizer\.locale: The locale "k o" is malformed.*\n.*config\.yaml:6: data\.targetTokenizer\.locale: .*"xx"/,
    ],
    [
      "recipe: bahdanau\ndata:\n  tsv: a.tsv\n  targetTokenizer:\n    name: character\n    locale: ko\n",
      /config\.yaml:6: data\.targetTokenizer\.locale: The tokenizer "character" has no option "locale"\./,
    ],
    [
      "recipe: copy\nmodel:\n  masks:\n    windo: {}\n",
      /config\.yaml:4: model\.masks\.windo: There is no mask "windo"\. Did you mean "window"\?/,
    ],
    [
      "recipe: copy\nmodel:\n  masks: { window: { radus: 1 }, causal: { a: 1 } }\n",
      /:3: model\.masks\.window: mask window has no option "radus"\. Did you mean "radius"\?.*\n.*causal has no option "a"\. It has none\./,
    ],
    ["recipe: copy\nmodel: {\n", /config\.yaml:\d: not valid YAML: /],
    ["recipe: copy\nrecipe: bahdanau\n", /config\.yaml:2: not valid YAML: .*unique/],
    ["- copy\n", /expected keys and values, such as `recipe: copy`, got /],
    ["", /expected keys and values, such as `recipe: copy`, got /],
  ])("names file and line of %j", async (text, message) => {
    await expect(configOf(text)).rejects.toThrow(message);
  });

  it("names every fault at once", async () => {
    const text = "recipe: copy\ntraining:\n  epochs: three\n  batchSize: -1\n";
    await expect(configOf(text)).rejects.toThrow(/config\.yaml:3: .*\n.*config\.yaml:4: training\.batchSize/);
    const sections = "recipe: cpoy\ndata:\n  symbols: 0\ntraining:\n  epohcs: 3\n";
    await expect(configOf(sections)).rejects.toThrow(
      /:1: There is no recipe "cpoy".*\n.*:3: data\.symbols: .* must be an integer of at least 1 and of at most 100000, got 0\.\n.*:5: training has no key "epohcs"/,
    );
  });

  it("names faults of tokenizers together with those of other sections", async () => {
    const text =
      "recipe: bahdanau\ndata:\n  tsv: a.tsv\n  tokenizer: wrod\n  sourceTokenizer:\n    name: word\n    lokale: ko\ntraining:\n  epochs: 0\n";
    await expect(configOf(text)).rejects.toThrow(
      /:4: data\.tokenizer: There is no tokenizer "wrod"\. .*\n.*:7: data\.sourceTokenizer\.lokale: .*\n.*:9: training\.epochs/,
    );
  });

  it("blames --set, not the file, for what --set said", async () => {
    const text = "recipe: copy\ntraining:\n  epochs: 3\n";
    await expect(configOf(text, ["training.epochs=no"])).rejects.toThrow(/^--set training\.epochs must be an integer/);
    const betas = configOf(text, ["training.optimizerOptions.betas=[0.9, 1.98]"]);
    await expect(betas).rejects.toThrow(/^--set training\.optimizerOptions\.betas: .* got \[0\.9,1\.98\]/);
    await expect(configOf(text, ["data.task=srot"])).rejects.toThrow(/^--set data\.task: .* Did you mean "sort"\?/);
    const own = ["data.tsv=a.tsv", "data.sourceTokenizer.minFrequency=0"];
    await expect(configOf(text, own)).rejects.toThrow(
      "--set data.sourceTokenizer.minFrequency: The option minFrequency of the tokenizer word must be an integer of at least 1, got 0.",
    );
    await expect(configOf(text, ["data.sourceTokenizer.local=ko"])).rejects.toThrow(
      'there is no key "data.sourceTokenizer.local". Did you mean "data.sourceTokenizer.locale"?',
    );
    await expect(configOf(text, ["training.learningRate=.inf"])).rejects.toThrow(
      "--set training.learningRate must be a finite number, got Infinity.",
    );
  });

  it("says that a file is missing, or is no text", async () => {
    await expect(buildConfig({ subject: join(folder, "no.yaml") })).rejects.toThrow(/no configuration file .*no\.yaml/);
    const path = join(folder, "latin1.yaml");
    await writeFile(path, new Uint8Array([0x61, 0x3a, 0x20, 0xff]));
    await expect(buildConfig({ subject: path })).rejects.toThrow(/latin1\.yaml is not valid UTF-8/);
  });

  it("says how the name of a configuration ends, where a file of another name is there", async () => {
    const path = join(folder, "e3.txt");
    await writeFile(path, "recipe: copy\n");
    await expect(buildConfig({ subject: path })).rejects.toThrow(
      /e3\.txt is a file, but the name of a configuration ends in \.yaml, \.yml or \.json\./,
    );
    await expect(buildConfig({ subject: `${path}.yaml/a.yaml` })).rejects.toThrow(/no configuration file/);
    await expect(buildConfig({ subject: `${path}/a.yaml` })).rejects.toThrow(/^Cannot read .*ENOTDIR/);
  });

  it("suggests recipes and scorers", async () => {
    await expect(buildConfig({ subject: "revrse" })).rejects.toThrow(/no recipe "revrse"/);
    await expect(buildConfig({ subject: "copy", scorer: "bahdanu" })).rejects.toThrow(/Did you mean "bahdanau"\?/);
    await expect(buildConfig({ subject: "fixed-context", scorer: "dot" })).rejects.toThrow(/has no attention/);
  });

  it("says which option a fault came by", async () => {
    await expect(buildConfig({ subject: "copy", scorer: "doot" })).rejects.toThrow(
      /^--scorer: There is no scorer "doot"\. Did you mean "dot"\?/,
    );
    await expect(buildConfig({ subject: "copy", seed: -1 })).rejects.toThrow(/^--seed must be at least 0, got -1/);
    await expect(buildConfig({ subject: "copy", set: ["seed=-1"] })).rejects.toThrow(/^--set seed must be at least 0/);
    const both = buildConfig({ subject: "copy", set: ["model.scorer=dot"], scorer: "./no.js" });
    await expect(both).rejects.toThrow(/^--scorer: There is no scorer "\.\/no\.js"\..* add --plugin \.\/no\.js/);
  });

  it("counts paths in a file from the file, and those of the command line from here", async () => {
    const text = "recipe: bahdanau\ndata:\n  source: ../a.ko\n  target: /b/a.en\n  alignments: a.align\n";
    expect(await configOf(text, ["data.target=c.en"])).toMatchObject({
      data: { source: join(folder, "../a.ko"), target: resolve("c.en"), alignments: join(folder, "a.align") },
    });
    expect(await configOf("recipe: bahdanau\ndata:\n  tsv: a.tsv\n")).toMatchObject({
      data: { tsv: join(folder, "a.tsv") },
    });
    const sets =
      "  jsonl: a.jsonl\n  validation: { source: dev.ko, target: /b/dev.en }\n  test: { tsv: ../test.tsv }\n";
    expect(await configOf(`recipe: bahdanau\ndata:\n${sets}`, ["data.validation.target=dev.en"])).toMatchObject({
      data: {
        jsonl: join(folder, "a.jsonl"),
        validation: { source: join(folder, "dev.ko"), target: resolve("dev.en") },
        test: { tsv: join(folder, "../test.tsv") },
      },
    });
    expect(await configOf("recipe: bahdanau\ndata:\n  tsv: '-'\n", ["data.test.jsonl=-"])).toMatchObject({
      data: { tsv: "-", test: { jsonl: "-" } },
    });
  });
});
