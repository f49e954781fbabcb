import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { HeedError, isHeedError, shownArgument } from "@heed/core";
import { lineInPlugin } from "./plugin-error.js";
import { MODULE_MARK, sharePackages } from "./share-packages.js";

/** The exports of a module, by name. */
export type Exports = Readonly<Record<string, unknown>>;

const isTypeScript = (file: string): boolean => /\.[cm]?ts$/i.test(file);

/**
 * Runs the module of a plug-in. Its `heed` and `@heed/…` are the packages of this program.
 *
 * @param specifier - what the user wrote, for messages
 * @param file - absolute path
 * @throws HeedError naming the specifier, the line where it is known, and what to do
 */
export async function importModule(specifier: string, file: string): Promise<Exports> {
  if (isTypeScript(file) && !process.features.typescript) {
    throw new HeedError(
      `${specifier} is TypeScript, which this Node, ${process.versions.node}, does not read. Use Node 22.18 or newer, or compile the file to JavaScript.`,
    );
  }
  sharePackages();
  const { href } = pathToFileURL(file);
  // A package says itself what its files are.
  const isOwnModule = /\.(?:js|ts)$/i.test(file) && !/[/\\]node_modules[/\\]/.test(file);
  try {
    return (await import(/* @vite-ignore */ isOwnModule ? href + MODULE_MARK : href)) as Exports;
  } catch (error) {
    const what = error instanceof Error ? explain(error, file, specifier) : `it threw ${shownArgument(error)}.`;
    throw new HeedError(`${specifier} cannot be loaded: ${what}`, { cause: error });
  }
}

/** Explains why a module cannot be loaded: what Node reports, where, and what to do. */
function explain(error: Error, file: string, specifier: string): string {
  const code = "code" in error ? String(error.code) : "";
  const [what = ""] = error.message.split("\n");
  const line = lineInPlugin(error, specifier);
  const place = line === undefined ? placeOf(error, file) : `line ${line}`;
  const name = isHeedError(error) ? "" : `${error.name}: `;
  return `${name}${what}${place === "" ? "" : ` (${place})`}${adviceFor(code, what)}`;
}

function adviceFor(code: string, what: string): string {
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    return ". Node only removes types: replace enums, namespaces and parameter properties by objects and fields, or compile the file to JavaScript.";
  }
  if (code === "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING") {
    return ". Node reads no TypeScript in node_modules: the package must contain JavaScript.";
  }
  if (code === "ERR_MODULE_NOT_FOUND") return adviceForImport(what);
  const type = /does not provide an export named '([A-Z]\w*)'/.exec(what)?.[1];
  return type === undefined ? "" : `. If ${type} is a type, import it by \`import { type ${type} }\`.`;
}

/** Advises what to do about an import that Node did not find. */
function adviceForImport(what: string): string {
  const name = /^Cannot find package '([^']+)'/.exec(what)?.[1];
  if (name !== undefined) return `. Install it: npm install ${name}.`;
  const missing = /^Cannot find module '([^']+)'/.exec(what)?.[1];
  if (missing === undefined) return "";
  const stem = missing.replace(/\.m?js$/, "");
  const real = [".ts", ".mts", ".js", ".mjs"].map((end) => stem + end).find((path) => existsSync(path));
  return real === undefined ? "" : `. Import it by the name of its file: ${basename(real)}.`;
}

/** The line of a syntax error, with the file where it is not the plug-in's own; empty when it is not known. */
function placeOf(error: Error, file: string): string {
  if (!(error instanceof SyntaxError)) return "";
  const [, url, line] = /^(file:\S+?)(?:\?\S*)?:(\d+)$/.exec(error.stack?.split("\n")[0] ?? "") ?? [];
  if (url !== undefined && line !== undefined) {
    const path = fileURLToPath(url);
    return path === file ? `line ${line}` : `${path}:${line}`;
  }
  // Of JavaScript, Node prints the line only when the file is the program: `file:///…/mine.js:3`.
  if (isTypeScript(file)) return "";
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 10_000 });
  const checked = /:(\d+)\s*$/.exec(stderr.split("\n")[0] ?? "")?.[1];
  return checked === undefined ? "" : `line ${checked}`;
}
