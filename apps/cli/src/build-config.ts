import { findNormalizer, findScorer } from "@heed/attention";
import {
  type AnyRecipe,
  ConfigError,
  findRecipe,
  type RunConfig,
  resolveConfig,
  taskDataSchema,
  textDataSchema,
  trainingSchema,
} from "@heed/seq2seq";
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
 * @throws UsageError where a bad key or value stands on the command line
 */
export async function buildConfig({ subject, set = [], seed, scorer }: ConfigOptions): Promise<RunConfig> {
  const file = isFileName(subject) ? await readConfigFile(subject) : undefined;
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

/** `runs/a.yaml` is a file; `copy` is a recipe. */
function isFileName(subject: string): boolean {
  return /\.(ya?ml|json)$/i.test(subject) || /[/\\]/.test(subject);
}

/** Looks names up now, so that an unknown one is found before data is read, and told with its place. */
function checkNames({ model }: RunConfig): void {
  for (const [key, find] of Object.entries({ scorer: findScorer, normalizer: findNormalizer })) {
    const name = model[key];
    if (typeof name !== "string") continue;
    try {
      find(name);
    } catch (error) {
      throw new ConfigError(`model.${key}: ${(error as Error).message}`, { cause: error });
    }
  }
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

/** The error with file and line before each problem that stands in the file. */
function located(error: ConfigError, file: ConfigFile | undefined, settings: readonly Setting[]): ConfigError {
  const lines = error.message.split("\n").map((line) => {
    const keys = keysOf(line);
    if (settings.some((setting) => setting.keys.join(".") === keys.join("."))) return `--set ${line}`;
    return file ? `${file.place(keys)}: ${line}` : line;
  });
  return new ConfigError(lines.join("\n"), { cause: error });
}

/** The keys that a line of a ConfigError speaks of: `training.epochs: expected …`, `training has no key "epohcs".` */
function keysOf(line: string): string[] {
  if (line.startsWith("There is no recipe ")) return ["recipe"];
  const unknown = /^(\S+) has no key "([^"]*)"/.exec(line);
  const wrong = /^([\w.]+): /.exec(line);
  const path = unknown ? `${unknown[1]}.${unknown[2]}` : (wrong?.[1] ?? "");
  return path.split(".").filter((key, at) => key !== "" && !(at === 0 && key === "config"));
}
