import { resolve } from "node:path";
import type { Scorer } from "@heed/attention";
import { type Extension, extensionKind, quoted } from "@heed/core";
import { metricsOf } from "@heed/metrics";
import { catalogOf, type LoadedPlugins } from "@heed/train";
import { backendsOf } from "../backends.js";
import { shellArgument } from "../format.js";
import { UsageError } from "../usage-error.js";
import { loadPlugin, type Plugin } from "./load-plugin.js";

/** The option `--plugin`. */
export interface PluginArguments {
  /** Files and packages, in the order given. */
  readonly plugin?: readonly string[];
}

/** The extensions of all plug-ins of a command. */
export interface CliPlugins extends LoadedPlugins {
  readonly plugins: readonly Extension[];
  /** ` --plugin ./mine.ts`, for a command that is printed; empty without plug-ins. */
  readonly options: string;
}

/**
 * Loads the plug-ins that the command line names, and nothing else.
 *
 * @throws HeedError naming the plug-in: it cannot be loaded, has no extension, or one with a name that exists already
 */
export async function loadPlugins({ plugin: specifiers = [] }: PluginArguments): Promise<CliPlugins> {
  const loaded = new Map<string, Plugin & { readonly written: string }>();
  for (const written of specifiers) {
    const plugin = await loadPlugin(written);
    const { specifier } = plugin.source;
    if (!loaded.has(specifier)) loaded.set(specifier, { ...plugin, written });
  }
  const plugins = [...loaded.values()];
  await assertNames(plugins);
  return {
    plugins: plugins.flatMap(({ extensions }) => extensions),
    sources: new Map(plugins.flatMap(({ extensions, source }) => extensions.map((each) => [each, source] as const))),
    options: plugins.map(({ written }) => ` --plugin ${shellArgument(written)}`).join(""),
  };
}

/** @throws UsageError when two extensions of a kind have the same name or alias */
async function assertNames(plugins: readonly (Plugin & { readonly written: string })[]): Promise<void> {
  const all = plugins.flatMap(({ extensions, written }) =>
    extensions.map((extension) => ({ extension, owner: written })),
  );
  if (all.length === 0) return;
  // The packages of backends take time to load.
  const hasBackend = all.some(({ extension }) => extensionKind(extension) === "backend");
  const registries: Iterable<Extension>[] = [
    ...Object.values(catalogOf()),
    metricsOf(),
    ...(hasBackend ? [await backendsOf([])] : []),
  ];
  const builtIn = [...new Set(registries.flatMap((registry) => [...registry]))];

  const owners = new Map<string, string>();
  for (const { extension, owner } of [...builtIn.map((each) => ({ extension: each, owner: "heed" })), ...all]) {
    const { name, aliases = [] } = extension;
    const kind = extensionKind(extension);
    for (const each of new Set([name, ...aliases])) {
      const other = owners.get(`${kind} ${each}`);
      if (other !== undefined) {
        throw new UsageError(`${owner}: ${other} has a ${kind} ${quoted([each])} already. Give yours another name.`);
      }
      owners.set(`${kind} ${each}`, owner);
    }
  }
}

/**
 * Returns the scorers that a file exports: `--scorer ./mine.ts` stands for `--plugin ./mine.ts` and their names.
 *
 * @param file - one of the plug-ins
 * @throws UsageError when it exports none
 */
export function scorersOf(file: string, { plugins, sources }: CliPlugins): readonly [Scorer, ...Scorer[]] {
  const own = plugins.filter((plugin) => sources?.get(plugin)?.specifier === resolve(file));
  const [first, ...others] = own.filter((plugin): plugin is Scorer => extensionKind(plugin) === "scorer");
  if (first) return [first, ...others];
  const found = own.map((plugin) => `the ${extensionKind(plugin)} ${plugin.name}`).join(", ");
  throw new UsageError(`${file} exports no scorer, but ${found}. Add it with --plugin ${shellArgument(file)}.`);
}
