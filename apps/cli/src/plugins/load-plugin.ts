import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Extension, extensionKind, HeedError, isHeedError, quoted } from "@heed/core";
import type { PluginSource } from "@heed/train";
import { readRegularFile } from "@heed/train/node";
import { resolve as resolvePackage } from "import-meta-resolve";
import { guardExtension } from "./guard-extension.js";
import { type Exports, importModule } from "./import-module.js";
import { describeExports } from "./near-miss.js";
import { rememberPlugin } from "./plugin-error.js";

/** A module with extensions. */
export interface Plugin {
  /** What finds the module from any folder. The hash is that of its file; files that it imports do not count. */
  readonly source: PluginSource;
  /** At least one. */
  readonly extensions: readonly Extension[];
}

/** Tells whether a text names the file of a module, and not an extension or a package: it has a slash, or ends as a module does. */
export function isModuleFile(text: string): boolean {
  return (/[/\\]/.test(text) && !isPackage(text)) || /\.[cm]?[jt]s$/i.test(text);
}

/** `@scope/name`, which is a package although it has a slash. */
function isPackage(text: string): boolean {
  return /^@[\w.-]+\/[\w.-]+$/.test(text) && !existsSync(text);
}

/**
 * Runs a module and takes every extension that it exports: what `define…` functions return, under any name, or as a
 * default export that is a list.
 *
 * @param specifier - a file, from the folder the user is in, or a package that is installed there
 * @throws HeedError naming the module, and what is missing or wrong in it
 */
export async function loadPlugin(specifier: string): Promise<Plugin> {
  const { file, isFile } = locate(specifier);
  await assertFile(specifier, file);
  if (isFile && !moduleName.test(file)) throw new HeedError(`${specifier} is no module: ${endings}`);
  const bytes = await readRegularFile(file);
  rememberPlugin(file, specifier);
  const exported = await importModule(specifier, file);
  const extensions = extensionsIn(exported);
  if (extensions.length === 0) throw new HeedError(`${specifier} exports no extension. ${describeExports(exported)}`);
  const sha256 = isFile ? createHash("sha256").update(bytes).digest("hex") : null;
  return {
    source: { specifier: isFile ? file : specifier, sha256 },
    extensions: extensions.map((extension) => guardExtension(extension, specifier)),
  };
}

const moduleName = /\.m?[jt]s$/i;
const endings = "the name of a file that --plugin takes ends in .js, .mjs, .ts or .mts.";

/** The file of a module, and whether the specifier is its path, not the name of a package. */
function locate(specifier: string): { readonly file: string; readonly isFile: boolean } {
  const isImportOfPackage = specifier.startsWith("#") && !isModuleFile(specifier);
  if (specifier.trim() === "" || isImportOfPackage || /^[a-z][a-z0-9+.-]+:/i.test(specifier)) {
    throw new HeedError(
      `A plug-in must be a file, such as ./mine.js, or a package that is installed here, got ${quoted([specifier])}.`,
    );
  }
  const path = resolve(specifier);
  if (isModuleFile(specifier) && (/^\.|\.[cm]?[jt]s$/i.test(specifier) || existsSync(path))) {
    return { file: path, isFile: true };
  }
  try {
    const url = resolvePackage(specifier, pathToFileURL(resolve("plugin.js")).href);
    return { file: fileURLToPath(url), isFile: false };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND")
      throw new HeedError(`${specifier} cannot be loaded: ${message}`, { cause: error });
    if (existsSync(path)) {
      throw new HeedError(
        statSync(path).isDirectory() ? folderMessage(specifier) : `${specifier} is no module: ${endings}`,
        { cause: error },
      );
    }
    throw new HeedError(
      `There is no package ${specifier} in ${resolve("node_modules")} or above. Install it, or name a file, such as ${suggestedFile(specifier)}.`,
      { cause: error },
    );
  }
}

function extensionsIn(exported: Exports): Extension[] {
  const values = Object.entries(exported).flatMap(([name, value]): unknown[] =>
    name === "default" && Array.isArray(value) ? value : [value],
  );
  return [...new Set(values)].filter((value): value is Extension => extensionKind(value) !== null);
}

/** A file that the user may mean instead of a package. */
function suggestedFile(specifier: string): string {
  const found = [".ts", ".js", ".mts", ".mjs"].map((end) => specifier + end).find((path) => existsSync(path));
  return `./${found ?? `${basename(specifier)}.js`}`;
}

function folderMessage(specifier: string): string {
  return `${specifier} is a folder; name the file of a module in it, such as ${join(specifier, "mine.js")}.`;
}

/** @throws HeedError when there is no such file, or a folder in its place */
async function assertFile(specifier: string, file: string): Promise<void> {
  try {
    if ((await stat(file)).isDirectory()) throw new HeedError(folderMessage(specifier));
  } catch (error) {
    if (isHeedError(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new HeedError(`There is no file ${specifier}: expected it at ${file}. Check the path.`, { cause: error });
    }
    throw new HeedError(`Cannot read ${specifier}: ${message}`, { cause: error });
  }
}
