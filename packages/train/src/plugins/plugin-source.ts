import type { Extension } from "@heed/core";
import type { ConfigKind } from "./catalog.js";

/** The module that an extension was loaded from. It is used in messages and in the `plugins.json` of a run folder only. */
export interface PluginSource {
  /** What loads the module again: the absolute path of a file, or the name of a package. */
  readonly specifier: string;
  /** SHA-256 of the file, in hexadecimal; null for a package. */
  readonly sha256: string | null;
}

/** The source of each extension that was loaded from a module. An extension without an entry was defined by the program. */
export type PluginSources = ReadonlyMap<Extension, PluginSource>;

/** Extensions from outside, for every function that finds extensions by name. */
export interface PluginOptions {
  /** Extensions that may be named besides the built-in ones: results of `define…` functions. */
  readonly plugins?: readonly Extension[] | undefined;
}

/**
 * Extensions from outside, and where they were loaded from.
 *
 * @example
 * await train({ config, plugins: [mine], sources: new Map([[mine, { specifier: "/home/ann/mine.ts", sha256 }]]) });
 */
export interface LoadedPlugins extends PluginOptions {
  /** For `plugins.json` and for messages. Default: the program defined all plug-ins. */
  readonly sources?: PluginSources | undefined;
}

/** An extension from outside that a run was trained with. A run folder stores it for messages, and never imports it. */
export interface PluginRecord {
  readonly kind: ConfigKind;
  /** The name of the extension. */
  readonly name: string;
  /** As in {@link PluginSource}; null when a program defined the extension. */
  readonly specifier: string | null;
  readonly sha256: string | null;
}
