import { readFile } from "node:fs/promises";
import { builtInRecipes, checkConfig, parseConfig } from "@heed/train";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { runCli } from "./testing/run-cli.js";

/** Compiles the schema that the command prints. */
async function schemaOf(...more: string[]) {
  const { stdout, code } = await runCli(["schema", ...more]);
  expect(code).toBe(0);
  const schema = JSON.parse(stdout) as Record<string, unknown>;
  expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  return { schema, validate: new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema) };
}

/** The configurations of the README. */
async function readmeConfigs(): Promise<unknown[]> {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const texts = Array.from(readme.matchAll(/```yaml\n(.*?)```/gs), ([, text]) => text as string);
  return await Promise.all(texts.map((text) => parseConfig(text, "README.md")));
}

const good = [
  { recipe: "copy" },
  {
    recipe: "copy",
    seed: 3,
    data: { symbols: 4 },
    training: { clipNorm: null, optimizerOptions: { betas: [0.9, 0.98] } },
  },
  { recipe: "luong", model: { inputFeeding: true, masks: { window: { radius: 3 } } }, data: { tsv: "a.tsv" } },
  { recipe: "transformer", model: { norm: "post" }, data: { tokenizer: "character" } },
  { $schema: "heed.schema.json", recipe: "dot-rnn" },
];

const bad = [
  {},
  { recipe: "cpoy" },
  { recipe: "copy", trainning: {} },
  { recipe: "copy", model: { hidenSize: 3 } },
  { recipe: "fixed-context", model: { scorer: "dot" } },
  { recipe: "copy", model: { cell: "gur" } },
  { recipe: "copy", data: { symbosl: 3 } },
  { recipe: "copy", data: { task: "copy", tokenizer: "word" } },
  { recipe: "copy", training: { epochs: 0 } },
  { recipe: "copy", training: { optimizerOptions: { betas: [0.9] } } },
  { recipe: "copy", training: { optimizerOptions: { bettas: [0.9, 0.98] } } },
  { recipe: "copy", training: { betas: [0.9, 0.98] } },
];

describe("heed schema", () => {
  it("validates the configurations of the README, and every resolved one", async () => {
    const { validate } = await schemaOf();
    const configs = await readmeConfigs();
    expect(configs.length).toBeGreaterThan(0);
    const resolved = builtInRecipes.flatMap(({ name }) =>
      [false, true].map((text) => JSON.parse(JSON.stringify(checkConfig({ recipe: name }, { text }))) as unknown),
    );
    for (const config of [...configs, ...resolved, ...good]) {
      expect(validate(config), `${JSON.stringify(config)} ${JSON.stringify(validate.errors)}`).toBe(true);
      checkConfig(config);
    }
  });

  it("refuses what is refused when it is read", async () => {
    const { validate } = await schemaOf();
    for (const config of bad) {
      expect(validate(config), JSON.stringify(config)).toBe(false);
      expect(() => checkConfig(config)).toThrow();
    }
  });

  it("has defaults and meanings; those of one recipe with --recipe", async () => {
    const { schema, validate } = await schemaOf("--recipe", "transformer");
    type Sections = Record<string, { readonly properties: Record<string, object> }>;
    const [{ model }, { training }] = [schema.properties as Sections, schema.$defs as Sections];
    expect(model?.properties.layers).toMatchObject({
      description: "Number of layers of the encoder, and of the decoder.",
      default: 2,
    });
    expect(training?.properties.learningRate).toMatchObject({ default: 2e-3 });
    expect(training?.properties.patience).toMatchObject({
      description: expect.stringContaining("Default: `null`; for text: `5`."),
    });
    expect([validate({ recipe: "transformer" }), validate({ recipe: "copy" })]).toEqual([true, false]);
  });

  it("suggests a recipe", async () => {
    const { code, stderr } = await runCli(["schema", "--recipe", "cpoy"]);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no recipe "cpoy". Did you mean "copy"?');
  });
});

describe("heed recipes NAME", () => {
  it("lists every key with its default, the one for text, and its meaning", async () => {
    const { stdout } = await runCli(["recipes", "bahdanau"]);
    expect(stdout).toMatch(/^model\.hiddenSize +128 +Size of a state/m);
    expect(stdout).toMatch(/^model\.bidirectional +false +true +Whether/m);
    expect(stdout).toMatch(/^model\.cell +gru +Kind of recurrent cell.* One of rnn, gru, lstm\.$/m);
    expect(stdout).toMatch(/^model\.attentionSize +– +Size of the space/m);
    expect(stdout).toMatch(/^data\.symbols +8 +.*\(for a synthetic task\)$/m);
    expect(stdout).toMatch(/^data\.tokenizer +word +.*\(for text\)$/m);
    expect(stdout).toMatch(/^training\.patience +null +5 +Number of epochs/m);
  });

  it("has the defaults that training uses", async () => {
    for (const { name } of builtInRecipes) {
      const events = (await runCli(["recipes", name, "--json"])).events();
      const keys = events.filter(({ event }) => event === "key");
      expect(events.at(-1)).toEqual({ event: "done", recipe: name, keys: keys.length });
      for (const text of [false, true]) {
        const config = checkConfig({ recipe: name }, { text }) as unknown as Record<string, Record<string, unknown>>;
        const expected = ["model", "data", "training"].flatMap((section) =>
          Object.entries(config[section] ?? {}).map(([key, value]) => [`${section}.${key}`, value]),
        );
        const listed = keys
          .filter(({ kind }) => kind === undefined || kind === (text ? "text" : "task"))
          .map(({ key, default: plain, textDefault = plain }) => [key, text ? textDefault : plain]);
        expect(listed).toEqual(expect.arrayContaining(expected));
      }
    }
  });

  it("suggests a recipe", async () => {
    const { code, stderr } = await runCli(["recipes", "bahdanu"]);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no recipe "bahdanu". Did you mean "bahdanau"?');
  });
});
