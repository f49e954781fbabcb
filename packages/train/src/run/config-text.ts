import type { Extension } from "@heed/core";
import { ConfigError } from "../config/config-error.js";
import { parseYaml } from "../config/parse-yaml.js";
import { checkConfig, type RunConfig } from "../config/run-config.js";

/**
 * Reads a YAML or JSON text, for `checkConfig`. Nothing in it is executed, and its size is limited.
 *
 * @param name - of the file, for the message
 * @throws ConfigError naming the file and the line when it is not YAML, or is too large
 */
export async function parseConfig(text: string, name: string): Promise<unknown> {
  return (await parseYaml(text, name)).values;
}

/**
 * A configuration from its text, with defaults filled in and every key checked.
 * @throws ConfigError naming the file and each fault
 */
export async function configFromText(text: string, name: string, plugins?: readonly Extension[]): Promise<RunConfig> {
  const { values, lineOf } = await parseYaml(text, name);
  try {
    return checkConfig(values, { plugins });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const issues = error.issues.map(({ path, message }) => ({
      path,
      message: `${name}:${lineOf(path.split("."))}: ${message}`,
    }));
    throw new ConfigError(issues, { cause: error });
  }
}

/** Writes a configuration as YAML. {@link parseConfig} reads the same value. */
export function configText(config: RunConfig): string {
  return yamlOf(JSON.parse(JSON.stringify(config)) as Json, "");
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Mappings take a line for each key; everything else is written as JSON, which is YAML. */
function yamlOf(value: Json, indent: string): string {
  if (!isRecord(value) || Object.keys(value).length === 0) return `${scalarOf(value)}\n`;
  return Object.entries(value)
    .map(([key, entry]) => {
      const nested = isRecord(entry) && Object.keys(entry).length > 0;
      return `${indent}${scalarOf(key)}:${nested ? "\n" : " "}${yamlOf(entry as Json, `${indent}  `)}`;
    })
    .join("");
}

/** Words that YAML reads as another value than a string. */
const yamlWords = /^(true|false|null|y|n|yes|no|on|off)$/i;

/** Leaves out the quotation marks of a plain word. */
function scalarOf(value: Json): string {
  const plain = typeof value === "string" && /^\p{L}[\p{L}\p{N}_./-]*$/u.test(value) && !yamlWords.test(value);
  return plain ? value : JSON.stringify(value);
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
