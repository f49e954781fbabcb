import { stat } from "node:fs/promises";
import { findNormalizer, findScorer } from "@heed/attention";
import { task, tokenizer } from "@heed/datasets";
import {
  type AnyRecipe,
  builtInRecipes,
  ConfigError,
  findRecipe,
  type RunConfig,
  resolveConfig,
  taskDataSchema,
  textDataSchema,
  trainingSchema,
} from "@heed/seq2seq";
import { Random } from "@heed/tensor";
import { applySettings, parseSetting, type Setting } from "./apply-settings.js";
import { type ConfigFile, readConfigFile } from "./config-file.js";
import { UsageError } from "./usage-error.js";

/** What decides a configuration on the command line. */
export interface ConfigOptions {
  /** A recipe's name, or a configuration file. */
  readonly subject: string;
  /** `key=value`, in the order given. */
  readonly set?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly scorer?: string | undefined;
}

/**
 * The configuration of a run: the file's or recipe's, then `--set`, then `--seed` and `--scorer`.
 *
 * @throws ConfigError naming the file and line of each bad key or value
 * @throws UsageError where a bad key stands on the command line, or the subject is a file of another kind
 */
export async function buildConfig({ subject, set = [], seed, scorer }: ConfigOptions): Promise<RunConfig> {
  const file = await findFile(subject);
  const base = file?.values ?? { recipe: subject };
  const settings: Setting[] = [];
  try {
    const recipe = findRecipe(typeof base.recipe === "string" ? base.recipe : resolveConfig(base).recipe);
    const known = knownKeys(recipe);
    settings.push(...set.map((text) => parseSetting(text, known)));
    if (seed !== undefined) settings.push({ keys: ["seed"], value: seed });
    if (scorer !== undefined) {
      if (!known.includes("model.scorer")) {
        throw new UsageError(`--scorer ${scorer}: the recipe ${recipe.name} has no attention, and so no scorer.`);
      }
      settings.push({ keys: ["model", "scorer"], value: scorer });
    }
    const config = resolveConfig(applySettings(base, settings));
    checkNames(config);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw located(error, file, settings);
  }
}

/**
 * The file that a subject names; undefined where it names a recipe, such as `copy`.
 *
 * @throws UsageError where it is a file whose name is not that of a configuration
 */
async function findFile(subject: string): Promise<ConfigFile | undefined> {
  if (/\.(ya?ml|json)$/i.test(subject)) return await readConfigFile(subject);
  const found = await stat(subject).catch(() => undefined);
  if (found?.isFile() && !builtInRecipes.some(({ name }) => name === subject)) {
    throw new UsageError(`${subject} is a file, but the name of a configuration ends in .yaml, .yml or .json.`);
  }
  return /[/\\]/.test(subject) ? await readConfigFile(subject) : undefined;
}

/** Looks names up now, so that an unknown one is found before data is read, and told with its place. */
function checkNames({ model, data }: RunConfig): void {
  type Finders = Readonly<Record<string, (name: string) => unknown>>;
  const findTask = (name: string): unknown => task(name, { count: 0, random: new Random(0) });
  const findWords = (locale: string): unknown => tokenizer("word", { locale });
  const cutsWords = "tokenizer" in data && data.tokenizer === "word";
  const locales: Finders = cutsWords ? { sourceLocale: findWords, targetLocale: findWords } : {};
  const checks: readonly [section: string, values: object, finders: Finders][] = [
    ["model", model, { scorer: findScorer, normalizer: findNormalizer }],
    ["data", data, { task: findTask, tokenizer, ...locales }],
  ];
  const issues = checks.flatMap(([section, values, finders]) =>
    Object.entries(finders).flatMap(([key, find]) => {
      const name = (values as Readonly<Record<string, unknown>>)[key];
      if (typeof name !== "string") return [];
      try {
        find(name);
        return [];
      } catch (error) {
        const path = `${section}.${key}`;
        return [{ path, message: `${path}: ${(error as Error).message}` }];
      }
    }),
  );
  if (issues.length > 0) throw new ConfigError(issues);
}

/** Every key that `--set` can set, dotted. */
function knownKeys(recipe: AnyRecipe): string[] {
  const sections = { model: [recipe.model], data: [taskDataSchema, textDataSchema], training: [trainingSchema] };
  const keys = Object.entries(sections).flatMap(([section, schemas]) =>
    schemas
      .flatMap((schema) => ("shape" in schema ? Object.keys(schema.shape as object) : []))
      .map((key) => `${section}.${key}`),
  );
  return ["seed", ...new Set(keys)];
}

/** The error with file and line, or the option, before each fault. */
function located(error: ConfigError, file: ConfigFile | undefined, settings: readonly Setting[]): ConfigError {
  const issues = error.issues.map(({ path, message }) => {
    if (settings.some(({ keys }) => keys.join(".") === path)) return { path, message: `--set ${message}` };
    return { path, message: file ? `${file.place(path.split("."))}: ${message}` : message };
  });
  return new ConfigError(issues, { cause: error });
}
