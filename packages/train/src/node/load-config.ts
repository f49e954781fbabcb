import { ConfigError } from "../config/config-error.js";
import type { RunConfig } from "../config/run-config.js";
import { runLimits } from "../limits.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import { configFromText } from "../run/config-text.js";
import { nodeFileSystem } from "./node-file-system.js";

/**
 * Reads a configuration file, YAML or JSON, fills in defaults and checks every key.
 *
 * @throws ConfigError when there is no such file, it is no YAML, or a key or value is wrong
 * @example
 * const config = await loadConfig("lesson.yaml");
 */
export async function loadConfig(path: string, { plugins }: PluginOptions = {}): Promise<RunConfig> {
  const bytes = await nodeFileSystem.read(path, runLimits.configBytes);
  if (bytes === null) throw new ConfigError(`There is no configuration file ${path}.`);
  return await configFromText(new TextDecoder("utf-8", { fatal: true }).decode(bytes), path, plugins);
}
