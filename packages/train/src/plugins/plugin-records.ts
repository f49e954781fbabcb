import { type Extension, extensionKind } from "@heed/core";
import * as z from "zod/mini";
import { configNames } from "../config/config-names.js";
import type { RunConfig } from "../config/run-config.js";
import { runLimits } from "../limits.js";
import type { FileSystem } from "../run/file-system.js";
import { RunError } from "../run/run-error.js";
import { type Catalog, type ConfigKind, catalogOf, configKinds, registryOf } from "./catalog.js";
import { MissingPluginError } from "./missing-plugin-error.js";
import type { LoadedPlugins, PluginRecord } from "./plugin-source.js";

/** The file of a run folder that lists the plug-ins of the run. */
export const pluginsFile = "plugins.json";

const fileSchema = z.array(
  z.strictObject({
    kind: z.enum(configKinds),
    name: z.string().check(z.maxLength(1000)),
    specifier: z.nullable(z.string().check(z.maxLength(10_000))),
    sha256: z.nullable(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  }),
);

/** Returns a record of each plug-in that a configuration names. Built-in extensions among the plug-ins have none. */
export function pluginRecords(config: RunConfig, { plugins = [], sources }: LoadedPlugins): readonly PluginRecord[] {
  const [catalog, builtIn] = [catalogOf(plugins), catalogOf()];
  const named = new Map<Extension, ConfigKind>(
    configNames(config, catalog).map(({ kind, name }) => [registryOf(catalog, kind).get(name), kind]),
  );
  return plugins.flatMap((plugin) => {
    const kind = named.get(plugin);
    if (kind === undefined || registryOf(builtIn, kind).has(plugin.name)) return [];
    const { specifier = null, sha256 = null } = sources?.get(plugin) ?? {};
    return [{ kind, name: plugin.name, specifier, sha256 }];
  });
}

/**
 * Reads which plug-ins a run was trained with, and where they came from. Nothing is imported.
 *
 * @returns an empty list when the run needs none, or there is no such folder
 * @throws RunError when the file is damaged
 */
export async function readPlugins(folder: string, fileSystem: FileSystem): Promise<readonly PluginRecord[]> {
  const path = `${folder}/${pluginsFile}`;
  // Whoever reads the run reports a file in the place of the folder.
  const bytes = await fileSystem.read(path, runLimits.pluginsBytes).catch((error: { code?: unknown }) => {
    if (error.code === "ENOTDIR") return null;
    if (error instanceof RunError) throw error;
    throw new RunError(`${path} cannot be read: ${String(error)}. Restore the file, or train again with overwrite.`, {
      cause: error,
    });
  });
  if (bytes === null) return [];
  try {
    return fileSchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new RunError(
      `${path} is damaged: expected a list of { kind, name, specifier, sha256 }. Restore the file, or train again with overwrite.`,
      { cause: error },
    );
  }
}

/** @throws MissingPluginError when a plug-in of a run is not in the catalog */
export function assertPlugins(records: readonly PluginRecord[], folder: string, catalog: Catalog): void {
  const [first, ...others] = records.filter(({ kind, name }) => !registryOf(catalog, kind).has(name));
  if (first) throw new MissingPluginError(folder, [first, ...others]);
}

/** Describes each plug-in whose file is another one than that which a run was trained with. */
export function changedPlugins(records: readonly PluginRecord[], { plugins = [], sources }: LoadedPlugins): string[] {
  return records.flatMap(({ kind, name, sha256 }) => {
    const plugin = plugins.find((each) => extensionKind(each) === kind && each.name === name);
    const source = plugin && sources?.get(plugin);
    if (!source || sha256 === null || source.sha256 === null || source.sha256 === sha256) return [];
    return [
      `${source.specifier} has changed since the run began: the ${kind} ${name} may compute something else than in training.`,
    ];
  });
}
