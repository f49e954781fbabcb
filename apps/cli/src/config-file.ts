import { isHeedError } from "@heed/core";
import { ConfigError, parseYaml, runLimits } from "@heed/train";
import { nodeFileSystem } from "@heed/train/node";

/** A configuration file: its values, and where in the file each stands. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Returns `config.yaml:7`, the line of a key; of the nearest key around it when the file has no such key. */
  readonly place: (keys: readonly string[]) => string;
}

/**
 * Reads a configuration in YAML, or in JSON, which is YAML too.
 *
 * @throws ConfigError when the file is missing, is not YAML (names the line), is too large, or has no keys
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const { values, lineOf } = await parseYaml(await readText(path), path);
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new ConfigError(
      `${path}: expected keys and values, such as \`recipe: copy\`, got ${values === null ? "nothing" : JSON.stringify(values)}.`,
    );
  }
  return { path, values: values as Record<string, unknown>, place: (keys) => `${path}:${lineOf(keys)}` };
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array | null;
  try {
    bytes = await nodeFileSystem.read(path, runLimits.configBytes);
  } catch (error) {
    if (isHeedError(error)) throw error;
    throw new ConfigError(`Cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  if (bytes === null) throw new ConfigError(`There is no configuration file ${path}.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError(`${path} is not valid UTF-8. Save the file as UTF-8.`, { cause: error });
  }
}
