import { parseDocument, stringify } from "yaml";
import { ConfigError } from "../config/config-error.js";
import { checkConfig, type RunConfig } from "../config/run-config.js";
import type { AnyRecipe } from "../recipe.js";
import { builtInRecipes } from "../recipes/index.js";

/**
 * The value of a YAML or JSON text, for `checkConfig`. Nothing in it is executed, and aliases cannot blow it up.
 *
 * @param name - of the file, for the message
 * @throws ConfigError naming the file, the line and the column when it is no YAML
 */
export function parseConfig(text: string, name: string): unknown {
  const document = parseDocument(text, { schema: "core" });
  // A tag that is not known, such as `!!js/function`, is only a warning to the parser.
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw new ConfigError(`${name} is not YAML: ${fault.message.trim()}`, { cause: fault });
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError(`${name} is not YAML: ${(error as Error).message.trim()}`, { cause: error });
  }
}

/**
 * A configuration from its text, with defaults filled in and every key checked.
 * @throws ConfigError naming the file and each fault
 */
export function configFromText(text: string, name: string, recipes: readonly AnyRecipe[] = builtInRecipes): RunConfig {
  const value = parseConfig(text, name);
  try {
    return checkConfig(value, { recipes });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const issues = error.issues.map(({ path, message }) => ({ path, message: `${name}: ${message}` }));
    throw new ConfigError(issues, { cause: error });
  }
}

/** A configuration as YAML; {@link configFromText} reads the same back. */
export function configText(config: RunConfig): string {
  return stringify(config);
}

/** The keys, such as `training.epochs`, in which two configurations differ. */
export function configDifferences(a: unknown, b: unknown, path = ""): string[] {
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => configDifferences(a[key], b[key], path === "" ? key : `${path}.${key}`));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
