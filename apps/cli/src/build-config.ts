import { stat } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import type { Extension, HeedError } from "@heed/core";
import {
  type AnyRecipe,
  ConfigError,
  catalogOf,
  checkConfig,
  fileKeys,
  findRecipe,
  pathKeys,
  type RunConfig,
  recipeOptions,
} from "@heed/train";
import { applySettings, parseSetting, type Setting } from "./apply-settings.js";
import { type ConfigFile, readConfigFile } from "./config-file.js";
import { shellArgument } from "./format.js";
import { isModuleFile } from "./plugins/load-plugin.js";
import { UsageError } from "./usage-error.js";

/** What decides a configuration on the command line. */
export interface ConfigOptions {
  /** A recipe's name, or a configuration file. */
  readonly subject: string;
  /** `key=value`, in the order given. */
  readonly set?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  /** The name of a scorer. */
  readonly scorer?: string | undefined;
  /** False for `--no-fused`. */
  readonly fused?: boolean | undefined;
  /** Extensions that may be named besides the built-in ones. */
  readonly plugins?: readonly Extension[] | undefined;
}

/**
 * The configuration of a run: the file's or recipe's, then `--set`, then `--seed` and `--scorer`. Paths in the file count
 * from the file, those of the command line from the folder the user is in; in the result they are absolute.
 *
 * @throws ConfigError naming the file and line, or the option, of each bad key or value, if at least one is in the file
 * @throws UsageError when all faults are on the command line, or the subject is a file of another kind
 */
export async function buildConfig({
  subject,
  set = [],
  seed,
  scorer,
  fused = true,
  plugins = [],
}: ConfigOptions): Promise<RunConfig> {
  const file = await findFile(subject, plugins);
  const base = file ? absolutePaths(file.values, dirname(file.path)) : { recipe: subject };
  const settings: Setting[] = [];
  try {
    const recipe = recipeOf(base, plugins);
    const known = ["seed", ...new Set(recipeOptions(recipe, { plugins }).map(({ key }) => key)), ...heldOutKeys];
    for (const text of set) settings.push(await parseSetting(text, known));
    if (seed !== undefined) settings.push({ keys: ["seed"], value: seed, option: "--seed" });
    if (!fused) settings.push({ keys: ["training", "fused"], value: false, option: "--no-fused" });
    if (scorer !== undefined) {
      if (!known.includes("model.scorer")) {
        throw new UsageError(`--scorer ${scorer}: the recipe ${recipe.name} has no attention, and so no scorer.`);
      }
      settings.push({ keys: ["model", "scorer"], value: scorer, option: "--scorer" });
    }
    const values = absolutePaths(applySettings(base, settings), ".");
    return checkConfig(values, { plugins });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw located(error, file, settings);
  }
}

type Values = Readonly<Record<string, unknown>>;

/** Keys whose values are paths, by the section around them, dotted. */
const paths: Readonly<Record<string, readonly string[]>> = {
  data: [...pathKeys, "alignments"],
  "data.validation": pathKeys,
  "data.test": pathKeys,
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
      if (!isAbsolute(path)) inner[key] = resolve(folder, path);
    }
  }
  return result;
}

function isValues(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
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
async function findFile(subject: string, plugins: readonly Extension[]): Promise<ConfigFile | undefined> {
  if (/\.(ya?ml|json)$/i.test(subject)) return await readConfigFile(subject);
  const found = await stat(subject).catch(() => undefined);
  if (found?.isFile() && !catalogOf(plugins).recipes.has(subject)) {
    throw new UsageError(`${subject} is a file, but the name of a configuration ends in .yaml, .yml or .json.`);
  }
  return isConfigFile(subject) ? await readConfigFile(subject) : undefined;
}

/**
 * The recipe that a configuration names.
 * @throws ConfigError naming the faults of all sections when there is none
 */
function recipeOf(values: Values, plugins: readonly Extension[]): AnyRecipe {
  const { recipes } = catalogOf(plugins);
  if (typeof values.recipe === "string" && recipes.has(values.recipe)) return recipes.get(values.recipe);
  return findRecipe(checkConfig(values, { plugins }).recipe, plugins);
}

/** The keys of the files of validation and test sets, which `--set` can set one by one. */
const heldOutKeys = ["validation", "test"].flatMap((set) => [...fileKeys].map((key) => `data.${set}.${key}`));

/** The error with file and line, or the option, before each fault. */
function located(error: ConfigError, file: ConfigFile | undefined, settings: readonly Setting[]): HeedError {
  let isInFile = false;
  const issues = error.issues.map(({ path, message: fault }) => {
    const unknown = /There is no \w+ ("(?:[^"\\]|\\.)*")/.exec(fault)?.[1];
    const message = unknown === undefined ? fault : `${fault} ${adviceFor(JSON.parse(unknown) as string)}`;
    // The fault may be inside the value: `model.masks.window` is set by `model.masks`.
    const setting = settings.findLast(({ keys }) => `${path}.`.startsWith(`${keys.join(".")}.`));
    // `--seed` says which key it is; `--set` does not.
    if (setting?.option) return { path, message: `${setting.option}${message.replace(path, "")}` };
    if (setting) return { path, message: `--set ${message}` };
    if (!file) return { path, message };
    isInFile = true;
    return { path, message: `${file.place(path.split("."))}: ${message}` };
  });
  const whole = new ConfigError(issues, { cause: error });
  return isInFile ? whole : new UsageError(whole.message, { cause: whole });
}

/** What to do about the name of an extension that is unknown. */
function adviceFor(name: string): string {
  return isModuleFile(name)
    ? `A configuration contains names: add --plugin ${shellArgument(name)}, and write the name that the file gives.`
    : "Add one of your own with --plugin.";
}
