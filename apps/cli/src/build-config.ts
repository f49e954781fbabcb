import { stat } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import { isHeedError } from "@heed/core";
import {
  type AnyRecipe,
  builtInRecipes,
  ConfigError,
  checkConfig,
  fileKeys,
  findRecipe,
  pathKeys,
  type RunConfig,
  recipeOptions,
} from "@heed/train";
import { applySettings, parseSetting, type Setting } from "./apply-settings.js";
import { type ConfigFile, readConfigFile } from "./config-file.js";
import { isScorerFile, loadScorerFile, type OwnScorer } from "./scorer-file.js";
import { UsageError } from "./usage-error.js";

/** What decides a configuration on the command line. */
export interface ConfigOptions {
  /** A recipe's name, or a configuration file. */
  readonly subject: string;
  /** `key=value`, in the order given. */
  readonly set?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly scorer?: string | undefined;
  /** False for `--no-fused`. */
  readonly fused?: boolean | undefined;
}

/** A configuration, and the scorer that it names if that is one of the user's own. */
export interface BuiltConfig {
  readonly config: RunConfig;
  readonly own: OwnScorer | undefined;
}

/**
 * The configuration of a run: the file's or recipe's, then `--set`, then `--seed` and `--scorer`. Paths in the file count
 * from the file, those of the command line from the folder the user is in; in the result they are absolute.
 *
 * @throws ConfigError naming the file and line, or the option, of each bad key or value, or scorer file that cannot be used
 * @throws UsageError where a bad key stands on the command line, or the subject is a file of another kind
 */
export async function buildConfig({
  subject,
  set = [],
  seed,
  scorer,
  fused = true,
}: ConfigOptions): Promise<BuiltConfig> {
  const file = await findFile(subject);
  const base = file ? absolutePaths(file.values, dirname(file.path)) : { recipe: subject };
  const settings: Setting[] = [];
  try {
    const recipe = recipeOf(base);
    const known = ["seed", ...new Set(recipeOptions(recipe).map(({ key }) => key)), ...heldOutKeys];
    settings.push(...set.map((text) => parseSetting(text, known)));
    if (seed !== undefined) settings.push({ keys: ["seed"], value: seed, option: "--seed" });
    if (!fused) settings.push({ keys: ["training", "fused"], value: false, option: "--no-fused" });
    if (scorer !== undefined) {
      if (!known.includes("model.scorer")) {
        throw new UsageError(`--scorer ${scorer}: the recipe ${recipe.name} has no attention, and so no scorer.`);
      }
      settings.push({ keys: ["model", "scorer"], value: scorer, option: "--scorer" });
    }
    const values = absolutePaths(applySettings(base, settings), ".");
    const own = known.includes("model.scorer") ? await loadNamedFile(values) : undefined;
    const plugins = own ? [own.scorer] : [];
    const config = checkConfig(own ? withScorer(values, own.scorer.name) : values, { plugins });
    return { config, own };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw located(error, file, settings);
  }
}

type Values = Readonly<Record<string, unknown>>;

/** Keys whose values are paths, by the section around them, dotted. */
const paths: Readonly<Record<string, readonly string[]>> = {
  data: pathKeys,
  "data.validation": pathKeys,
  "data.test": pathKeys,
  model: ["scorer"],
};

/**
 * Makes each path in a configuration absolute, except `-`, which is standard input. Faults are reported later.
 */
function absolutePaths(values: Values, folder: string): Record<string, unknown> {
  const result = structuredClone(values) as Record<string, unknown>;
  for (const [section, keys] of Object.entries(paths)) {
    const inner = section
      .split(".")
      .reduce<unknown>((outer, key) => (isValues(outer) ? outer[key] : undefined), result);
    if (!isValues(inner)) continue;
    for (const key of keys) {
      const path = inner[key];
      if (typeof path !== "string" || path === "" || path === "-") continue;
      if (section === "model" && !isScorerFile(path)) continue;
      if (!isAbsolute(path)) inner[key] = resolve(folder, path);
    }
  }
  return result;
}

function isValues(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The scorer of the file that `model.scorer` names, if it names one. */
async function loadNamedFile(values: Values): Promise<OwnScorer | undefined> {
  const name = (values.model as Values | undefined)?.scorer;
  if (typeof name !== "string" || !isScorerFile(name)) return undefined;
  try {
    return await loadScorerFile(name);
  } catch (error) {
    if (!isHeedError(error)) throw error;
    const path = "model.scorer";
    throw new ConfigError([{ path, message: `${path}: ${error.message}` }], { cause: error });
  }
}

function withScorer(values: Values, name: string): Values {
  return { ...values, model: { ...(values.model as Values), scorer: name } };
}

/** Tells whether a subject is the path of a configuration file, and not the name of a recipe. */
export function isConfigFile(subject: string): boolean {
  return /\.(ya?ml|json)$/i.test(subject) || /[/\\]/.test(subject);
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
  return isConfigFile(subject) ? await readConfigFile(subject) : undefined;
}

/**
 * The recipe that a configuration names.
 * @throws ConfigError naming the faults of all sections when there is none
 */
function recipeOf(values: Values): AnyRecipe {
  const recipes: readonly AnyRecipe[] = builtInRecipes;
  return recipes.find(({ name }) => name === values.recipe) ?? findRecipe(checkConfig(values).recipe);
}

/** The keys of the files of validation and test sets, which `--set` can set one by one. */
const heldOutKeys = ["validation", "test"].flatMap((set) => [...fileKeys].map((key) => `data.${set}.${key}`));

/** The error with file and line, or the option, before each fault. */
function located(error: ConfigError, file: ConfigFile | undefined, settings: readonly Setting[]): ConfigError {
  const issues = error.issues.map(({ path, message }) => {
    // The fault may be inside the value: `training.betas.1` is set by `training.betas`.
    const setting = settings.findLast(({ keys }) => `${path}.`.startsWith(`${keys.join(".")}.`));
    // `--seed` says which key it is; `--set` does not.
    if (setting?.option) return { path, message: `${setting.option}${message.replace(path, "")}` };
    if (setting) return { path, message: `--set ${message}` };
    return { path, message: file ? `${file.place(path.split("."))}: ${message}` : message };
  });
  return new ConfigError(issues, { cause: error });
}
