import { resolve } from "node:path";
import type { Scorer } from "@heed/attention";
import { type Extension, type ExtensionKind, extensionKind, type Named, quoted } from "@heed/core";
import { catalogOf, type LoadedPlugins, type PluginSource } from "@heed/train";
import { shellArgument } from "../shell-argument.js";
import { UsageError } from "../usage-error.js";
import { loadPlugin } from "./load-plugin.js";

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
  const plugins: Extension[] = [];
  const sources = new Map<Extension, PluginSource>();
  const owners = builtInNames();
  for (const specifier of new Set(specifiers)) {
    const { extensions, source } = await loadPlugin(specifier);
    for (const extension of extensions) {
      const kind = extensionKind(extension)!;
      for (const name of namesOf(extension)) claim(owners, kind, name, specifier);
      plugins.push(extension);
      sources.set(extension, source);
    }
  }
  const options = [...new Set(specifiers)].map((specifier) => ` --plugin ${shellArgument(specifier)}`).join("");
  return { plugins, sources, options };
}

/** Who has a name of a kind: heed, or a plug-in. */
type Owners = Map<`${ExtensionKind} ${string}`, string>;

function builtInNames(): Owners {
  const registries: readonly Iterable<Extension>[] = Object.values(catalogOf());
  const builtIn = registries.flatMap((registry) => [...registry]);
  return new Map(
    builtIn.flatMap((item) => namesOf(item).map((name) => [`${extensionKind(item)!} ${name}`, "heed"] as const)),
  );
}

const namesOf = ({ name, aliases = [] }: Named): string[] => [name, ...aliases];

/** @throws UsageError when a name is taken */
function claim(owners: Owners, kind: ExtensionKind, name: string, specifier: string): void {
  const owner = owners.get(`${kind} ${name}`);
  if (owner !== undefined && owner !== specifier) {
    throw new UsageError(`${specifier}: ${owner} has a ${kind} ${quoted([name])} already. Give yours another name.`);
  }
  owners.set(`${kind} ${name}`, specifier);
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
