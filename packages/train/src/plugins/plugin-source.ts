import type { Named } from "@heed/core";

/** The module that an extension was loaded from. It is used in messages and in the `plugins.json` of a run folder only. */
export interface PluginSource {
  /** What loads the module again: the absolute path of a file, or the name of a package. */
  readonly specifier: string;
  /** SHA-256 of the file, in hexadecimal; null for a package. */
  readonly sha256: string | null;
}

/**
 * The source of each extension that was loaded from a module. An extension without an entry was defined by the program.
 *
 * @example
 * await train({ config, plugins: [mine], sources: new Map([[mine, { specifier: "/home/ann/mine.ts", sha256 }]]) });
 */
export type PluginSources = ReadonlyMap<Named, PluginSource>;
